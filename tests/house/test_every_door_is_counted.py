"""No page of the portal can be posted to without end, by whoever, signed in or not."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import roles
from badgeportal import doors
from badgeportal.doors import DOORS, EVERY_POST, Door
from tests.factories.user import StaffFactory
from tests.house.test_doors import admin_patterns, patterns_of

pytestmark = pytest.mark.django_db

STAND_INS = {
    "reference": "CARE-2222-2222",
    "token": "x",
    "name": "mail-1",
    "uidb36": "1",
    "key": "set-password",
    "day": date(2020, 12, 11),
    "week": date(2026, 11, 16),
    "app_label": "orders",
    "url": "nothing",
}


def pages() -> dict[str, str]:
    """An address for every named page of the portal, those of the staff site too."""
    found = {}
    for name, pattern in {
        **patterns_of(get_resolver()),
        **{f"admin:{name}": one for name, one in admin_patterns().items()},
    }.items():
        if ":" in name:
            # One address of the staff site is a regular expression.
            keys = {*pattern.pattern.converters, *pattern.pattern.regex.groupindex}
        else:
            # A part of the address may stand in the pattern that includes this one.
            keys = set(get_resolver().reverse_dict.getlist(name)[0][0][0][1])
        found[name] = reverse(name, kwargs={key: STAND_INS.get(key, 1) for key in keys})
    return found


def is_stopped(client: Client, address: str) -> bool:
    """Whether one of three posts is turned away. One a minute is let in, and a minute may end between two of them."""
    return any(client.post(address).status_code == 429 for _ in range(3))


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "EVERY_POST", Door(1))
    for name, door in DOORS.items():
        monkeypatch.setitem(DOORS, name, Door(1, door.post_only, door.by_account))


def test_every_door_that_is_named_is_a_page() -> None:
    assert DOORS.keys() - pages().keys() == set()


def test_a_visitor_who_posts_to_any_page_is_stopped(narrow: None) -> None:
    client = Client()
    assert {name for name, address in pages().items() if not is_stopped(client, address)} == set()


def test_a_member_of_staff_who_posts_to_any_page_is_stopped(narrow: None) -> None:
    client = Client()
    officer = StaffFactory(role=roles.PORTAL_MANAGER)
    let_go = set()
    for name, address in pages().items():
        client.force_login(officer)
        if name.endswith("logout"):
            # After the first time it is a visitor who posts.
            continue
        if not is_stopped(client, address):
            let_go.add(name)
    assert let_go == set()


def test_no_named_door_is_wider_than_what_every_page_has_unless_looking_counts_too() -> None:
    assert {name for name, door in DOORS.items() if door.post_only and door.a_minute > EVERY_POST.a_minute} == set()
