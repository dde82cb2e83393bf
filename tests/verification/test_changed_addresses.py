"""The address that was checked is the address that is sent to, also when the provider changes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from badgeportal.actor import Actor
from orders.correcting import ADDRESS_FIELDS, address_version, change_delivery_address
from orders.lifecycle import State
from orders.models import Order
from tests.verification.worlds import (
    FOUND,
    NOW,
    assessed,
    later,
    officer,
    open_check,
    other_order,
    reasons_of,
    waiting_check,
)
from verification.checking.deciding import approve_check
from verification.checking.locking import AddressChanged

pytestmark = pytest.mark.django_db


def moved_to(order: Order, *, now: Any = None, **other: str) -> Order:
    address = {name: getattr(order, name) for name in ADDRESS_FIELDS} | {"address_line_1": "99 New Road"} | other
    change_delivery_address(order=order, address=address, actor=Actor.user(order.account), now=now or later(hours=5))
    return order


def approved(order: Order) -> Order:
    approve_check(check_id=open_check(order).pk, officer=officer(), evidence=FOUND, now=later(hours=1))
    order.refresh_from_db()
    return order


def test_what_a_machine_accepted_a_machine_accepts_again_at_another_address() -> None:
    order = moved_to(assessed(other_order(quantity=5)))
    assert order.state == State.PLACED
    assert assessed(order, now=later(hours=6)).state == State.VERIFIED


def test_what_may_be_outside_england_goes_to_a_person() -> None:
    order = moved_to(assessed(other_order(quantity=5)), town="Cardiff", postcode="CF10 1AA")
    assert assessed(order, now=later(hours=6)).state == State.CHECKING
    assert reasons_of(order) == {"outside_england"}


def test_what_a_person_approved_goes_to_a_person_again_even_if_it_would_pass_alone() -> None:
    first = assessed(other_order(quantity=20))
    second = assessed(other_order(first.account, quantity=20, now=later(minutes=1)), now=later(minutes=2))
    assert second.state == State.CHECKING
    order = moved_to(approved(second))
    assert assessed(order, now=later(hours=6)).state == State.CHECKING
    assert reasons_of(order) == {"address_changed"}
    approve_check(check_id=open_check(order).pk, officer=officer(), evidence=FOUND, now=later(hours=7))


def test_an_officer_approves_the_address_that_they_saw() -> None:
    check = waiting_check()
    seen = address_version(check.order)
    moved_to(check.order)
    with pytest.raises(AddressChanged):
        approve_check(check_id=check.pk, officer=officer(), evidence=FOUND, now=later(hours=6), address_seen=seen)
    check.order.refresh_from_db()
    assert check.order.state == State.CHECKING
    seen = address_version(check.order)
    approve_check(check_id=check.pk, officer=officer(), evidence=FOUND, now=later(hours=6), address_seen=seen)


def test_the_workbench_shows_the_new_address_before_it_can_be_approved(client: Client) -> None:
    check = waiting_check(now=timezone.now())
    client.force_login(officer())
    url = f"/admin/verification/manualcheck/{check.pk}/work/"
    typed = {
        "do": "approve", "address_evidence": "Rang the home", "phone_evidence": "On their site", "sources": "Their site",
        "address_seen": "0",
    }  # fmt: skip
    assert 'name="address_seen" value="0"' in client.get(url).content.decode()
    moved_to(check.order, now=timezone.now())
    page = client.post(url, typed).content.decode()
    assert "changed the delivery address while this page was open" in page
    assert "99 New Road" in page
    assert "Rang the home" in page
    seen = str(address_version(check.order))
    assert f'name="address_seen" value="{seen}"' in page
    client.post(url, typed | {"address_seen": seen})
    check.order.refresh_from_db()
    assert check.order.state == State.VERIFIED


def test_the_sum_of_a_place_follows_the_new_address() -> None:
    first = assessed(other_order(quantity=20, address_line_1="1 Long Lane", postcode="LS1 4AP"))
    order = assessed(other_order(quantity=20, now=later(minutes=3)), now=later(minutes=4))
    assert (first.state, order.state) == (State.VERIFIED, State.VERIFIED)
    moved_to(order, address_line_1="1 Long Lane", postcode="LS1 4AP")
    assert assessed(order, now=later(hours=6)).state == State.CHECKING
    assert reasons_of(order) == {"together_over_threshold"}
    assert order.placed_at > NOW
