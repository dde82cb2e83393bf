from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.models import OutboxMessage
from fulfilment.faults import TrackingFileRefused
from fulfilment.models import Consignment, Disclosure, TrackingEvent, TrackingImport, TrackingRow
from fulfilment.returns import send_again
from fulfilment.sending import cancel_batch
from fulfilment.tracking.sweeping import sweep_tracking_problems
from orders.ledger import check_stock_ledger
from orders.lifecycle import Who
from orders.models import Order, OrderEvent
from tests.factories.user import StaffFactory
from tests.fulfilment.steps import (
    JOB,
    LONDON,
    NOW,
    closed_batch,
    load,
    open_batch,
    sent_batch,
    state_of,
    verified_order,
    verified_orders,
)
from tests.fulfilment.test_dx_file import erase

pytestmark = pytest.mark.django_db


def counts(result: TrackingImport) -> tuple[int, int, int, int, int]:
    result.refresh_from_db()
    return result.rows, result.new, result.repeated, result.unknown, result.failed


@pytest.fixture
def parcel() -> Consignment:
    verified_order()
    return sent_batch().consignments.get()


def now_of(parcel: Consignment) -> Consignment:
    return Consignment.objects.get(pk=parcel.pk)


def test_the_first_event_dispatches_an_order_whose_batch_is_closed_and_notes_the_disclosure():
    order = verified_order()
    parcel = closed_batch().consignments.get()
    result = load(f"{parcel.reference},L2987877,Scan at collection,03/11/26 10:15 AM")
    assert counts(result) == (1, 1, 0, 0, 0)
    assert state_of(order) == "dispatched"
    parcel = now_of(parcel)
    assert parcel.dx_number == "L2987877"
    assert parcel.dispatched_at == datetime(2026, 11, 3, 10, 15, tzinfo=LONDON)
    assert Disclosure.objects.get().consignment == parcel
    assert check_stock_ledger(now=NOW) == []


def test_a_parcel_is_delivered(parcel):
    load(f"{parcel.reference},L2987877,Delivered,04/11/26 11:00 AM")
    assert state_of(parcel.order) == "delivered"
    assert now_of(parcel).delivered_at == datetime(2026, 11, 4, 11, 0, tzinfo=LONDON)


def test_one_file_may_tell_the_whole_story_of_a_batch_nobody_marked_sent():
    order = verified_order()
    reference = closed_batch().consignments.get().reference
    load(
        f"{reference},L1,Delivered,04/11/2026 11:00",
        f"{reference},L1,Out for delivery,04/11/2026 08:00",
        f"{reference},L1,Scan at collection,03/11/2026 10:00",
    )
    assert state_of(order) == "delivered"
    assert list(OrderEvent.objects.filter(order=order).order_by("pk").values_list("kind", flat=True))[-2:] == [
        "dispatch",
        "deliver",
    ]


def test_events_that_come_late_are_kept_and_move_nothing_back(parcel):
    load(f"{parcel.reference},L1,Delivered,04/11/2026 11:00")
    result = load(f"{parcel.reference},L1,Scan at collection,03/11/2026 10:00")
    assert counts(result) == (1, 1, 0, 0, 0)
    assert state_of(parcel.order) == "delivered"
    assert list(parcel.tracking_events.values_list("kind", flat=True)) == ["collected", "delivered"]


def test_the_same_file_twice_changes_nothing(parcel):
    rows = [
        f"{parcel.reference},L1,Scan at collection,03/11/2026 10:00",
        f"{parcel.reference},L1,Delivered,04/11/2026 11:00",
        f"{parcel.reference},L1,Delivered,04/11/2026 11:00",
        "CB22222222222,L2,Delivered,04/11/2026 11:00",
        f"{parcel.reference},L1,who knows,04/11/2026 11:00",
    ]
    assert counts(load(*rows)) == (5, 2, 1, 1, 1)
    before = world()
    assert counts(load(*rows)) == (5, 0, 3, 1, 1)
    assert world() == before


def world() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Order, OrderEvent, Consignment, TrackingEvent, Disclosure, OutboxMessage)
    ]


def test_a_parcel_that_came_back_waits_for_a_person_and_goes_again(parcel):
    load(f"{parcel.reference},L1,Returned to sender,05/11/2026 09:00")
    order = parcel.order
    assert state_of(order) == "returned"
    assert (now_of(parcel).live, now_of(parcel).returned_at) == (False, datetime(2026, 11, 5, 9, 0, tzinfo=LONDON))
    send_again(order=order, actor=Actor.user(StaffFactory.create()), now=NOW)
    second = closed_batch().consignments.get()
    assert second.order_id == order.pk
    # A late scan of the first parcel says nothing about the second.
    load(f"{parcel.reference},L1,Delivered,06/11/2026 09:00")
    assert state_of(order) == "batched"
    load(f"{second.reference},L9,Delivered,07/11/2026 09:00")
    assert state_of(order) == "delivered"
    assert check_stock_ledger(now=NOW) == []


@pytest.mark.parametrize(
    ("delivered", "returned", "state"),
    [("04/11/2026 11:00", "05/11/2026 11:00", "returned"), ("06/11/2026 11:00", "05/11/2026 11:00", "delivered")],
)
def test_of_delivered_and_returned_in_one_file_the_later_counts(parcel, delivered, returned, state):
    load(f"{parcel.reference},L1,Delivered,{delivered}", f"{parcel.reference},L1,Returned,{returned}")
    assert state_of(parcel.order) == state


def test_returned_after_delivered_is_shown_to_a_person(parcel):
    load(f"{parcel.reference},L1,Delivered,04/11/2026 11:00")
    result = load(f"{parcel.reference},L1,Returned,05/11/2026 11:00")
    assert counts(result) == (1, 1, 0, 0, 0)
    assert state_of(parcel.order) == "delivered"
    assert "it was delivered" in result.problem_rows.get().reason


def test_unknown_references_are_told_with_row_column_value_and_reason(parcel):
    from fulfilment.references import new_references

    (stranger,) = new_references(1)
    result = load(f"{stranger},L1,Delivered,04/11/2026 11:00", "CARE-7K3M-9Q2P,L1,Delivered,04/11/2026 11:00")
    assert counts(result) == (2, 0, 0, 2, 0)
    rows = list(result.problem_rows.values_list("row_number", "column", "value", "reason"))
    assert rows == [
        (2, "reference", stranger, "We have no parcel with this reference"),
        (3, "reference", "CARE-7K3M-9Q2P", "This is not one of our references"),
    ]


def test_a_reference_is_found_however_it_is_written(parcel):
    spaced = f" {parcel.reference[:5].lower()} {parcel.reference[5:]} "
    assert counts(load(f"{spaced},L1,Delivered,04/11/2026 11:00")) == (1, 1, 0, 0, 0)


def test_a_known_consignment_number_is_enough(parcel):
    load(f"{parcel.reference},L7654321,Scan at collection,03/11/2026 10:00")
    assert counts(load(",L7654321,Delivered,04/11/2026 11:00", ",L0000000,Delivered,04/11/2026 11:00")) == (
        2,
        1,
        0,
        1,
        0,
    )
    assert state_of(parcel.order) == "delivered"


def test_the_number_of_the_latest_new_event_counts(parcel):
    load(
        f"{parcel.reference},L2,Delivered,04/11/2026 11:00",
        f"{parcel.reference},L1,Scan at collection,03/11/2026 10:00",
    )
    assert now_of(parcel).dx_number == "L2"


def test_a_late_event_does_not_bring_back_the_number_of_an_erased_person(parcel):
    erase(parcel)
    load(f"{parcel.reference},L1,Delivered,04/11/2026 11:00")
    assert now_of(parcel).dx_number == ""
    assert state_of(parcel.order) == "delivered"


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_parcel_that_dx_should_not_have_is_told_of_and_moves_nothing(cancelled):
    order = verified_order()
    batch = open_batch()
    if cancelled:
        cancel_batch(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    before = state_of(order)
    result = load(f"{batch.consignments.get().reference},L1,Delivered,04/11/2026 11:00")
    assert counts(result) == (1, 0, 0, 0, 1)
    assert "DX should not have this parcel" in result.problem_rows.get().reason
    assert state_of(order) == before
    assert not TrackingEvent.objects.exists()


def test_a_wrong_file_writes_nothing():
    with pytest.raises(TrackingFileRefused):
        load("a,b", header="Name,Address\n")
    assert not TrackingImport.objects.exists()
    assert not AuditEvent.objects.filter(kind="tracking_imported").exists()


def test_an_import_is_audited_with_counts_and_without_names(parcel):
    load(f"{parcel.reference},L1,Delivered,04/11/2026 11:00")
    event = AuditEvent.objects.get(kind="tracking_imported")
    assert event.details == {"rows": 1, "new": 1, "repeated": 0, "unknown": 0, "failed": 0}


def test_thousands_of_rows_take_a_bounded_number_of_statements(django_assert_max_num_queries):
    verified_orders(60)
    parcels = closed_batch().consignments.all()
    rows = [
        f"{parcel.reference},L{parcel.pk},Scanned at depot {number},{3 + number % 20:02}/11/2026 {number % 24:02}:00"
        for parcel in parcels
        for number in range(60)
    ]
    ends = [f"{parcel.reference},L{parcel.pk},Delivered,28/11/2026 11:00" for parcel in parcels]
    strangers = [f"unknown{number},,Delivered,28/11/2026 11:00" for number in range(500)]
    with django_assert_max_num_queries(45):
        result = load(*rows, *ends, *strangers)
    assert counts(result) == (60 * 60 + 60 + 500, 60 * 60 + 60, 0, 500, 0)
    assert set(Order.objects.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.planted_fault("fulfilment.sweep_tracking_problems")
def test_problem_rows_are_deleted_after_a_month_and_the_counts_stay():
    result = load(*["x,L1,Delivered,04/11/2026 11:00"] * 3, now=NOW + timedelta(days=3))
    assert sweep_tracking_problems(now=result.at + timedelta(days=30)) == 0
    assert sweep_tracking_problems(now=result.at + timedelta(days=30, seconds=1)) == 3
    assert not TrackingRow.objects.exists()
    assert counts(result) == (3, 0, 0, 3, 0)
