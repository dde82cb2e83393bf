"""Comparing again: when the register changed, and when the provider corrected the code."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from badgeportal.actor import Actor
from orders.cancelling import cancel_order
from orders.holding import hold_order
from orders.lifecycle import State, Who
from orders.models import OrderEvent
from tests.journeys import order_at
from tests.verification.worlds import (
    FOUND,
    NOW,
    a_listing,
    assessed,
    cqc_order,
    later,
    manager,
    officer,
    open_check,
    other_order,
    reasons_of,
    waiting_check,
)
from verification.assessing import assess_orders
from verification.checking.claiming import claim_check
from verification.checking.deciding import approve_check
from verification.checking.locking import AlreadyDecided
from verification.correcting import CodeCannotBeCorrected, correct_ods_code
from verification.models import Assessment, ListedEmail, ManualCheck
from verification.reassessing import reassess_open_checks
from verification.tasks import assess_waiting_orders, reassess_after_import

pytestmark = pytest.mark.django_db

EMAIL = "manager@lucerne.example"


def test_an_order_that_matches_since_the_import_is_verified_and_its_check_closed() -> None:
    order = assessed(cqc_order())
    listing = a_listing(emails=(EMAIL,))
    counts = reassess_open_checks(now=later(days=1))

    assert counts == (1, 1, 1)
    order.refresh_from_db()
    assert order.state == State.VERIFIED
    check = order.manual_checks.get()
    assert (check.closed_without_decision, check.closed_at, check.decision) == ("matched", later(days=1), "")
    assert Assessment.objects.filter(order=order).latest("at").listing == listing
    assert OrderEvent.objects.get(order=order, kind="verify").reason == "matched_register"


def test_running_again_without_a_change_writes_nothing() -> None:
    order = assessed(cqc_order())
    assert reassess_open_checks(now=later(days=1)) == (1, 0, 0)

    assert Assessment.objects.filter(order=order).count() == 1
    assert reassess_open_checks(now=later(days=2)) == (1, 0, 0)


def test_new_reasons_reach_the_open_check() -> None:
    order = assessed(cqc_order())
    a_listing()
    assert reassess_open_checks(now=later(days=1)) == (1, 1, 0)

    check = open_check(order)
    assert check.reasons == ["email_not_listed"]
    assert check.assessment == Assessment.objects.filter(order=order).latest("at")
    assert check.opened_at == NOW


def test_a_very_large_order_that_matches_now_stays_with_a_person() -> None:
    order = assessed(cqc_order(quantity=1001))
    a_listing(emails=(EMAIL,))
    reassess_open_checks(now=later(days=1))

    assert open_check(order).reasons == ["very_large"]


@pytest.mark.parametrize("left_out", ["held", "restricted"])
def test_held_orders_and_restricted_accounts_are_left_out(left_out: str) -> None:
    order = assessed(cqc_order())
    if left_out == "held":
        hold_order(order=order, actor=Actor.user(officer()), now=NOW)
    else:
        order.account.restricted_at = NOW
        order.account.save()
    a_listing(emails=(EMAIL,))

    assert reassess_open_checks(now=later(days=1)) == (0, 0, 0)
    order.refresh_from_db()
    assert order.state == State.CHECKING


@pytest.mark.parametrize("left_out", ["held", "restricted"])
def test_they_are_left_out_of_the_first_assessment_too(left_out: str) -> None:
    order = other_order(quantity=5)
    if left_out == "held":
        hold_order(order=order, actor=Actor.user(officer()), now=NOW)
    else:
        order.account.restricted_at = NOW
        order.account.save()

    assert assess_orders(now=NOW) == (0, 0, 0)
    order.refresh_from_db()
    assert order.state == State.PLACED


def test_an_officer_at_work_is_told_that_the_register_decided() -> None:
    order = assessed(cqc_order())
    check, asha = open_check(order), officer()
    claim_check(check_id=check.pk, officer=asha, now=NOW)
    a_listing(emails=(EMAIL,))
    reassess_open_checks(now=later(minutes=5))

    with pytest.raises(AlreadyDecided) as told:
        approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(minutes=6))
    assert (told.value.by, told.value.how) == ("The portal", "matched")


def test_orders_that_are_not_cqc_registered_are_not_compared() -> None:
    waiting_check()

    assert reassess_open_checks(now=later(days=1)) == (0, 0, 0)


def test_a_corrected_code_is_compared_at_once() -> None:
    listing = a_listing(code="VN6C2", name="The right home", emails=(EMAIL,))
    order = assessed(cqc_order())
    order = correct_ods_code(order=order, ods_code=" vn6c2 ", actor=Actor.user(order.account), now=later(hours=1))

    assert order.state == State.VERIFIED
    assert (order.ods_code, order.organisation_name) == ("VN6C2", "The right home")
    assert order.organisation_key == "right home"
    assert Assessment.objects.filter(order=order).latest("at").listing == listing
    assert not ManualCheck.objects.open().exists()
    event = OrderEvent.objects.get(order=order, kind="correct_ods_code")
    assert event.actor == f"user:{order.account_id}"


def test_a_corrected_code_that_does_not_match_stays_with_a_person() -> None:
    a_listing(code="VN6C2")
    order = assessed(cqc_order(listing_denied=True))
    order = correct_ods_code(order=order, ods_code="VN6C2", actor=Actor.user(order.account), now=later(hours=1))

    assert order.state == State.CHECKING
    assert reasons_of(order) == {"email_not_listed"}
    assert open_check(order).reasons == ["email_not_listed"]


def test_what_was_said_about_the_old_code_goes_with_it() -> None:
    old = a_listing()
    a_listing(code="VN6C2", emails=(EMAIL,))
    order = assessed(cqc_order(location_id=old.location_id, provider_id=old.provider_id))
    order = correct_ods_code(order=order, ods_code="VN6C2", actor=Actor.user(order.account), now=later(hours=1))

    assert (order.state, order.location_id, order.provider_id) == (State.VERIFIED, "", "")


@pytest.mark.parametrize("why", ["not cqc", "verified", "cancelled"])
def test_a_code_that_does_not_matter_any_more_stays(why: str) -> None:
    if why == "not cqc":
        order = waiting_check().order
    else:
        a_listing(emails=(EMAIL,))
        order = assessed(cqc_order())
    if why == "cancelled":
        cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=NOW)
    before = order.ods_code

    with pytest.raises(CodeCannotBeCorrected):
        correct_ods_code(order=order, ods_code="VN6C2", actor=Actor.user(order.account), now=later(hours=1))
    order.refresh_from_db()
    assert order.ods_code == before


@pytest.mark.planted_fault("verification.assess_orders")
@pytest.mark.planted_fault("verification.reassess_after_import")
def test_the_sweep_takes_what_a_lost_kick_left() -> None:
    """Planted: an order nobody was told of, one whose check outlived it, one that matches since yesterday."""
    waits = other_order(quantity=5, now=timezone.now())
    left = waiting_check()
    cancel_order(order=left.order, by=Who.PROVIDER, actor=Actor.user(left.order.account), now=timezone.now())
    assess_waiting_orders()

    waits.refresh_from_db()
    left.refresh_from_db()
    assert (waits.state, left.closed_without_decision) == (State.VERIFIED, "cancelled")

    order = assessed(cqc_order(now=timezone.now()), now=timezone.now())
    a_listing(emails=(EMAIL,))
    reassess_after_import()
    order.refresh_from_db()
    assert order.state == State.VERIFIED


def test_the_command_prints_its_counts() -> None:
    other_order(quantity=5)
    other_order(quantity=50)
    printed = StringIO()
    call_command("assess_orders", stdout=printed)

    assert json.loads(printed.getvalue()) == {"assessed": 2, "verified": 1, "to_a_person": 1, "checks_closed": 0}


def test_a_limit_takes_the_oldest_first() -> None:
    younger, older = other_order(quantity=5, now=later(minutes=2)), other_order(quantity=5, now=later(minutes=1))

    assert assess_orders(now=later(minutes=3), limit=1) == (1, 1, 0)
    younger.refresh_from_db()
    older.refresh_from_db()
    assert (older.state, younger.state) == (State.VERIFIED, State.PLACED)
    assert assess_orders(now=later(minutes=3), limit=0) == (0, 0, 0)


def test_many_chunks_are_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verification.assessing.CHUNK", 2)
    for minute in range(5):
        other_order(quantity=5, now=later(minutes=minute))

    assert assess_orders(now=later(hours=1)) == (5, 5, 0)


def test_many_chunks_of_checks_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verification.reassessing.CHUNK", 2)
    for number in range(5):
        cqc_order(manager(f"m{number}@a.example"))
    assess_orders(now=NOW)
    listing = a_listing()
    for number in (0, 4):
        ListedEmail.objects.create(email=f"m{number}@a.example", location_id=listing.location_id, source=listing.source)

    assert reassess_open_checks(now=later(hours=1)) == (5, 5, 2)


def test_the_number_of_queries_does_not_grow_with_the_orders(django_assert_max_num_queries) -> None:
    def run(orders: int) -> int:
        for number in range(orders):
            other_order(quantity=5 + 30 * (number % 2))
            cqc_order(manager(f"q{orders}-{number}@a.example"))
        with django_assert_max_num_queries(40) as queries:
            assess_orders(now=NOW)
        return len(queries)

    a_listing(emails=("q2-0@a.example", "q9-0@a.example"))
    assert run(2) == run(9)


def test_an_order_that_waits_for_a_person_without_a_check_gets_one() -> None:
    order = order_at("checking", quantity=40, phone="+441612345678")
    assert not order.manual_checks.exists()
    assess_waiting_orders()

    assert open_check(order).reasons == ["over_threshold"]
    assess_waiting_orders()
    assert order.manual_checks.count() == 1


def test_one_that_needs_no_check_after_all_goes_on() -> None:
    order = order_at("checking", quantity=5)
    assess_waiting_orders()

    order.refresh_from_db()
    assert order.state == State.VERIFIED
    assert not order.manual_checks.exists()
