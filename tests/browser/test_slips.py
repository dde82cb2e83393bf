"""Double clicks, the back button, two tabs and a lost session: one order, and nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from orders.models import Order
from tests.browser.journey import Arrives
from tests.browser.provider import Provider
from tests.factories.user import UserFactory
from tests.journeys import finished_draft, stocked

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def at_the_last_page(arrives: Arrives, *, javascript: bool = True) -> Provider:
    """Somebody who has answered every question and is about to place the order."""
    person: Provider = arrives(Provider, javascript=javascript)
    account: User = UserFactory()
    stocked()
    finished_draft(account)
    person.signs_in(account.email or "")
    person.goes_to("/order/")
    person.checks_the_answers("Sunrise Day Centre")
    return person


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_double_click_places_one_order(arrives: Arrives, javascript: bool) -> None:
    person = at_the_last_page(arrives, javascript=javascript)
    person.button("Place order").dblclick()
    person.sees("Order placed")
    person.has_only(1)


def test_going_back_after_placing_does_not_order_again(arrives: Arrives) -> None:
    person = at_the_last_page(arrives)
    reference = person.places_the_order()
    person.page.go_back()
    person.sees("Order placed")
    assert person.reference_shown() == reference
    person.has_only(1)


def test_placing_in_two_tabs_places_one_order(arrives: Arrives) -> None:
    person = at_the_last_page(arrives)
    with person.in_another_tab():
        person.goes_to("/order/check/")
        reference = person.places_the_order()
    assert person.places_the_order() == reference
    person.has_only(1)


def test_answers_changed_in_another_tab_are_shown_before_the_order_is_placed(arrives: Arrives) -> None:
    person = at_the_last_page(arrives)
    with person.in_another_tab():
        person.goes_to("/order/quantity/?change=1")
        person.asks_for(12)
        person.checks_the_answers("12")
    person.presses("Place order")
    person.reads("Your answers were changed in another tab")
    assert Order.objects.count() == 0
    person.places_the_order()
    assert Order.objects.get().quantity == 12


def test_a_page_of_an_order_that_was_placed_in_another_tab_changes_nothing(arrives: Arrives) -> None:
    person = at_the_last_page(arrives)
    person.goes_to("/order/quantity/?change=1")
    with person.in_another_tab():
        person.goes_to("/order/check/")
        reference = person.places_the_order()
    person.asks_for(99)
    person.sees(f"Order {reference}")
    person.reads("You have already placed this order, so its answers can no longer be changed.")
    assert Order.objects.get().quantity == 10


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_lost_session_keeps_what_was_typed(arrives: Arrives, javascript: bool) -> None:
    person = at_the_last_page(arrives, javascript=javascript)
    person.goes_to("/order/delivery/?change=1")
    person.types(person.page.get_by_label("Address line 1", exact=True), "The Old Dairy")
    person.context.clear_cookies()
    person.presses("Continue")
    person.sees("Sign in")
    person.types(person.page.get_by_label("Email address", exact=True), person.email)
    person.types(person.page.get_by_label("Password", exact=True), "three odd words together")
    person.presses("Sign in")
    person.sees("Who receives the badges, and where?")
    person.reads("Nothing you typed is lost")
    expect(person.page.get_by_label("Address line 1", exact=True)).to_have_value("The Old Dairy")
    person.presses("Continue")
    person.checks_the_answers("The Old Dairy")


def test_signing_in_again_in_another_tab_does_not_lose_the_page_of_the_first(arrives: Arrives) -> None:
    person = at_the_last_page(arrives)
    person.goes_to("/order/delivery/?change=1")
    person.types(person.page.get_by_label("Address line 1", exact=True), "The Old Dairy")
    person.context.clear_cookies()
    with person.in_another_tab():
        person.signs_in(person.email)
        person.sees("Your orders")
    person.presses("Continue")
    person.sees("Who receives the badges, and where?")
    expect(person.page.get_by_label("Address line 1", exact=True)).to_have_value("The Old Dairy")


def test_going_back_over_a_mistake_shows_the_question_and_not_the_browsers_own_warning(arrives: Arrives) -> None:
    person = at_the_last_page(arrives)
    person.goes_to("/order/quantity/?change=1")
    for badges in (0, 12):
        person.types(person.page.locator("[name=quantity]"), str(badges))
        person.presses("Continue")
    person.checks_the_answers("12")
    person.page.go_back()
    person.sees("How many badges do you need?")
    expect(person.page.locator("[name=quantity]")).to_have_value("12")
