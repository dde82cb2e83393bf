"""Who passes without a check when CQC does not register them, and how orders count together."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from badgeportal.actor import Actor
from orders.cancelling import cancel_order
from orders.drafts import save_answers
from orders.lifecycle import State, Who
from orders.models import Order
from tests.factories.user import UserFactory
from tests.journeys import placed_order
from tests.verification.worlds import (
    FOUND,
    NOW,
    a_listing,
    assessed,
    cqc_order,
    later,
    officer,
    open_check,
    other_order,
    reasons_of,
)
from verification.checking.deciding import approve_check, refuse_check
from verification.models import Assessment, RefusalReason

pytestmark = pytest.mark.django_db

HERE = {"address_line_1": "1 High Street", "postcode": "LS1 4AP"}


def approve(order: Order, *, now: datetime) -> None:
    approve_check(check_id=open_check(order).pk, officer=officer(), evidence=FOUND, now=now)


@pytest.mark.promise("over-25")
@pytest.mark.parametrize(("quantity", "state"), [(1, State.VERIFIED), (25, State.VERIFIED), (26, State.CHECKING)])
def test_up_to_25_badges_pass_and_more_are_checked(quantity: int, state: State) -> None:
    order = assessed(other_order(quantity=quantity))

    assert order.state == state
    if state == State.CHECKING:
        assert reasons_of(order) == {"over_threshold"}


def test_a_very_large_order_says_so_too() -> None:
    assert reasons_of(assessed(other_order(quantity=1001))) == {"over_threshold", "very_large"}


@pytest.mark.promise("summary")
def test_outside_england_is_checked() -> None:
    order = assessed(other_order(postcode="CF10 1AA"))

    assert order.state == State.CHECKING
    assert reasons_of(order) == {"outside_england"}


def test_the_second_order_of_an_account_waits_when_both_pass_25() -> None:
    account = UserFactory()
    first = assessed(other_order(account, quantity=20))
    second = assessed(other_order(account, quantity=6, now=later(days=3)), now=later(days=3))

    assert (first.state, second.state) == (State.VERIFIED, State.CHECKING)
    assert reasons_of(second) == {"together_over_threshold"}
    assert Assessment.objects.get(order=second).badges_together == 26


def test_25_together_pass() -> None:
    account = UserFactory()
    assessed(other_order(account, quantity=20))

    assert assessed(other_order(account, quantity=5), now=later(days=1)).state == State.VERIFIED


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"address_line_1": "1 High Street"}, {"address_line_1": "1, HIGH STREET."}),
        ({"organisation_name": "The Sunrise Centre Ltd"}, {"organisation_name": "sunrise centre"}),
        (
            {"phone": "+441612345678", "quantity": 30},
            {"phone": "0161 234 5678", "quantity": 26},
        ),
    ],
)
def test_accounts_that_share_a_place_count_together(first: dict[str, str], second: dict[str, str]) -> None:
    earlier = assessed(other_order(**{"quantity": 20} | first))
    order = assessed(other_order(**{"quantity": 20} | second), now=later(days=1))

    assert order.state == State.CHECKING
    assert Assessment.objects.get(order=order).badges_together == order.quantity + earlier.quantity


def test_orders_that_share_nothing_do_not_count_together() -> None:
    assessed(other_order(quantity=20))

    assert assessed(other_order(quantity=20), now=later(days=1)).state == State.VERIFIED


def test_within_one_run_orders_count_in_the_order_they_were_placed() -> None:
    account = UserFactory()
    orders = [other_order(account, quantity=10, now=later(minutes=minute)) for minute in (3, 1, 2)]

    states = [assessed(order, now=later(minutes=9)).state for order in orders]
    assert states == [State.CHECKING, State.VERIFIED, State.VERIFIED]


def test_a_cancelled_order_does_not_count() -> None:
    account = UserFactory()
    first = assessed(other_order(account, quantity=20))
    cancel_order(order=first, by=Who.PROVIDER, actor=Actor.user(account), now=later(hours=1))

    assert assessed(other_order(account, quantity=20), now=later(days=1)).state == State.VERIFIED


def test_a_refused_order_does_not_count() -> None:
    account = UserFactory()
    first = assessed(other_order(account, quantity=26))
    refuse_check(
        check_id=open_check(first).pk,
        officer=officer(),
        reason=RefusalReason.DUPLICATE,
        evidence=FOUND,
        now=later(hours=1),
    )

    assert assessed(other_order(account, quantity=20), now=later(days=1)).state == State.VERIFIED


def test_counting_starts_afresh_after_an_approved_check() -> None:
    account = UserFactory()
    first = assessed(other_order(account, quantity=26))
    approve(first, now=later(hours=1))
    second = assessed(other_order(account, quantity=25, now=later(days=1)), now=later(days=1))
    third = assessed(other_order(account, quantity=1, now=later(days=2)), now=later(days=2))

    assert (second.state, third.state) == (State.VERIFIED, State.CHECKING)
    assert Assessment.objects.get(order=third).badges_together == 26


def test_a_check_of_one_address_settles_nothing_of_another() -> None:
    account = UserFactory()
    assessed(other_order(account, quantity=20))
    neighbour = assessed(other_order(quantity=30, **HERE))
    approve(neighbour, now=later(hours=1))

    order = assessed(other_order(account, quantity=20, now=later(days=1), **HERE), now=later(days=1))
    assert order.state == State.CHECKING
    assert Assessment.objects.get(order=order).badges_together == 40


def test_what_nobody_had_assessed_at_the_approval_still_counts() -> None:
    account = UserFactory()
    checked = assessed(other_order(account, quantity=30))
    waiting = [other_order(account, quantity=20, now=later(minutes=minute)) for minute in (1, 2)]
    approve(checked, now=later(hours=1))

    states = [assessed(order, now=later(hours=2)).state for order in waiting]
    assert states == [State.VERIFIED, State.CHECKING]


def test_orders_of_cqc_providers_count_too() -> None:
    account = UserFactory()
    a_listing(emails=(account.email,))
    assert assessed(cqc_order(account, quantity=20, organisation_name="Lucerne House")).state == State.VERIFIED

    order = assessed(other_order(account, quantity=10), now=later(days=1))
    assert reasons_of(order) == {"together_over_threshold"}


def test_changing_the_answer_to_not_cqc_does_not_avoid_the_check() -> None:
    account = UserFactory()
    save_answers(account=account, answers={"cqc_registered": True, "ods_code": "VLLWV"}, now=timezone.now())
    order = assessed(placed_order(account, quantity=5, phone="+441612345678", now=NOW))

    assert order.changed_cqc_answer
    assert order.state == State.CHECKING
    assert reasons_of(order) == {"changed_cqc_answer"}


def test_an_earlier_cqc_order_that_never_matched_does_not_avoid_the_check() -> None:
    account = UserFactory()
    first = assessed(cqc_order(account, organisation_name="Lucerne House"))
    cancel_order(order=first, by=Who.PROVIDER, actor=Actor.user(account), now=later(hours=1))

    order = assessed(other_order(account, quantity=5, now=later(days=1)), now=later(days=1))
    assert order.state == State.CHECKING
    assert reasons_of(order) == {"changed_cqc_answer"}


def test_a_cqc_order_that_matched_a_moment_ago_is_no_reason() -> None:
    account = UserFactory()
    a_listing(emails=(account.email,))
    first = cqc_order(account, quantity=5, organisation_name="Lucerne House")
    order = other_order(account, quantity=5, now=later(minutes=1))

    assert assessed(order, now=later(minutes=2)).state == State.VERIFIED
    first.refresh_from_db()
    assert first.state == State.VERIFIED


def test_a_later_cqc_order_is_no_reason() -> None:
    account = UserFactory()
    order = other_order(account, quantity=5)
    cqc_order(account, quantity=5, organisation_name="Lucerne House", now=later(minutes=1))

    assert assessed(order, now=later(minutes=2)).state == State.VERIFIED
