"""What browsers and search engines may keep of each page, and what a page may use."""

from __future__ import annotations

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.urls import get_resolver, reverse

from badgeportal.headers import FOUND_BY_SEARCHING, OPEN, PERMISSIONS_POLICY
from tests.factories.user import StaffFactory, UserFactory
from tests.house.test_doors import patterns_of
from tests.house.test_every_door_is_counted import pages
from tests.journeys import placed_order

pytestmark = pytest.mark.django_db
FILE = "images/favicon.svg"


def test_only_pages_that_say_the_same_to_everybody_may_be_kept(client: Client) -> None:
    kept = {name for name, address in pages().items() if "no-store" not in client.get(address)["Cache-Control"]}
    assert kept == OPEN


def test_only_the_start_page_is_for_search_engines(client: Client) -> None:
    found = {name for name, address in pages().items() if "X-Robots-Tag" not in client.get(address)}
    assert found == FOUND_BY_SEARCHING


def test_nothing_is_kept_of_whoever_is_signed_in(client: Client) -> None:
    order = placed_order()
    client.force_login(order.account)
    shown = [*(reverse(name) for name in ("start", "contact", "your_orders", "your_details")), "/no-such-page/"]
    shown.append(reverse("order_detail", args=[order.reference]))
    client.get(shown[0])
    assert {address: client.get(address)["Cache-Control"] for address in shown} == dict.fromkeys(
        shown, "no-store, private"
    )


def test_nothing_is_kept_of_staff_pages(client: Client) -> None:
    client.force_login(StaffFactory())
    for name in ("index", "accounts_user_changelist", "orders_order_changelist", "fulfilment_consignment_find"):
        answer = client.get(reverse(f"admin:{name}"))
        assert answer.status_code == 200
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store, private", "noindex, nofollow")


def test_every_page_and_file_gives_up_what_it_does_not_use(client: Client) -> None:
    client.force_login(UserFactory())
    for address in ("/", "/orders/", "/no-such-page/", "/admin/", staticfiles_storage.url(FILE)):
        answer = client.get(address)
        answer.getvalue()
        assert answer["Permissions-Policy"] == PERMISSIONS_POLICY
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin" or address.startswith("/static/")
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_files_may_be_kept_for_ever(client: Client) -> None:
    answer = client.get(staticfiles_storage.url(FILE))
    answer.getvalue()
    assert "immutable" in answer["Cache-Control"]
    assert "X-Robots-Tag" not in answer


def test_a_request_that_is_turned_away_early_is_kept_nowhere(client: Client) -> None:
    answer = client.post("/", b"x" * 2_000_000, content_type="text/plain")
    assert (answer.status_code, answer["Cache-Control"]) == (413, "no-store, private")


def test_whoever_finds_a_weakness_is_told_where_to_say_so(client: Client, settings: object) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == f"mailto:{settings.CUSTOMER_SERVICE_EMAIL}"  # type: ignore[attr-defined]
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    assert fields["Expires"].endswith("Z")


def test_every_open_page_is_one() -> None:
    assert patterns_of(get_resolver()).keys() >= OPEN >= FOUND_BY_SEARCHING
