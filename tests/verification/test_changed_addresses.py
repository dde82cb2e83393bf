"""The address that was checked is the address that is sent to, also when the provider or staff change it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from badgeportal.actor import Actor
from orders.correcting import ADDRESS_FIELDS, address_version, change_delivery_address, correct_delivery_address
from orders.holding import hold_order, lift_hold
from orders.lifecycle import State
from orders.models import Order
from orders.models.order import Hold
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


def corrected(order: Order, **other: str) -> bool:
    """Whether `order` goes back to be checked, once staff have corrected its address."""
    address = {name: getattr(order, name) for name in ADDRESS_FIELDS} | other
    return correct_delivery_address(
        order=order, address=address, actor=Actor.user(officer("Colin")), now=later(hours=5)
    )


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


def test_what_a_person_approved_goes_to_a_person_again_when_staff_correct_its_address() -> None:
    order = approved(waiting_check().order)
    assert corrected(order, address_line_1="99 New Road")
    assert (order.state, order.events.last().kind) == (State.PLACED, "check_again")
    assert assessed(order, now=later(hours=6)).state == State.CHECKING
    assert "address_changed" in reasons_of(order)


def test_what_a_machine_accepted_is_assessed_again_at_the_address_that_staff_wrote() -> None:
    order = assessed(other_order(quantity=5))
    assert corrected(order, town="Cardiff", postcode="CF10 1AA")
    assert assessed(order, now=later(hours=6)).state == State.CHECKING
    assert reasons_of(order) == {"outside_england"}


def test_another_layout_of_the_same_address_needs_no_new_check() -> None:
    order = approved(waiting_check().order)
    line, code = order.address_line_1, order.postcode
    other_spelling = {"address_line_1": f" {line.upper()}.", "postcode": code.lower().replace(" ", "")}
    assert not corrected(order, **other_spelling, recipient_name="The Manager", county="Yorkshire")
    assert (order.state, order.events.last().kind) == (State.VERIFIED, "correct_address")


def test_an_order_that_was_not_checked_yet_stays_where_it_is_when_staff_correct_its_address() -> None:
    check = waiting_check()
    assert not corrected(check.order, address_line_1="99 New Road")
    assert check.order.state == State.CHECKING


@pytest.mark.parametrize("held", [True, False])
def test_a_held_order_is_checked_again_once_its_hold_is_lifted(held: bool) -> None:
    order = assessed(other_order(quantity=5))
    staff = Actor.user(officer())
    if held:
        hold_order(order=order, actor=staff, now=later(hours=4), hold=Hold.ADDRESS_DOES_NOT_FIT)
    assert corrected(order, address_line_1="99 New Road")
    assert assessed(order, now=later(hours=6)).state == (State.PLACED if held else State.VERIFIED)
    if held:
        lift_hold(order=order, actor=staff, now=later(hours=7))
        assert assessed(order, now=later(hours=8)).state == State.VERIFIED
