from __future__ import annotations

import pytest

from fulfilment.batches import create_batch, take_out_of_batch, take_out_what_cannot_go
from fulfilment.faults import BatchCannotClose, BatchIsElsewhere, ParcelsAreWithDx
from fulfilment.models import Batch, Consignment, Disclosure
from fulfilment.sending import cancel_batch, close_batch, mark_batch_sent
from orders.ledger import check_stock_ledger
from orders.lifecycle import Who
from orders.models import Order, OrderEvent
from tests.fulfilment.steps import (
    JOB,
    NOW,
    closed_batch,
    load,
    open_batch,
    placed_order,
    sent_batch,
    state_of,
    verified_order,
    verified_orders,
)

pytestmark = pytest.mark.django_db

NARROW = [
    {"heading": "Reference", "field": "reference", "limit": 20},
    {"heading": "Name", "field": "name", "limit": 12},
    {"heading": "Address1", "field": "address1", "limit": 12},
    {"heading": "Town", "field": "town", "limit": 12},
    {"heading": "County", "field": "county", "limit": 12},
    {"heading": "Postcode", "field": "postcode", "limit": 8},
]


def test_a_batch_takes_every_verified_order_and_nothing_else():
    verified = verified_orders(3)
    waiting = placed_order()
    run = create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)
    assert run.batch is not None
    assert (run.orders, run.badges, run.held) == (3, 15, ())
    assert (run.batch.orders_count, run.batch.badges_count) == (3, 15)
    assert set(run.batch.consignments.values_list("order_id", flat=True)) == {order.pk for order in verified}
    assert [state_of(order) for order in verified] == ["batched"] * 3
    assert state_of(waiting) == "placed"


def test_a_limit_takes_the_oldest_orders():
    first, second, third = verified_orders(3)
    open_batch(limit=2)
    assert [state_of(order) for order in (first, second, third)] == ["batched", "batched", "verified"]


def test_nothing_to_send_makes_no_batch():
    run = create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)
    assert (run.batch, run.orders, run.held) == (None, 0, ())
    assert not Batch.objects.exists()


@pytest.mark.promise("right-restriction")
def test_a_held_order_and_a_restricted_account_are_left_out():
    held, restricted, free = verified_orders(3)
    Order.objects.filter(pk=held.pk).update(hold="officer", held_at=NOW)
    restricted.account.restricted_at = NOW
    restricted.account.save()
    open_batch()
    assert [state_of(order) for order in (held, restricted, free)] == ["verified", "verified", "batched"]


def test_an_address_that_does_not_fit_is_held_for_a_person_and_the_others_go(settings):
    short = verified_order(recipient_name="Jo Lee", address_line_1="1 The Row")
    long = verified_order(recipient_name="Jo Lee", address_line_1="1234567 Interminable Boulevard")
    settings.DX_LAYOUT = NARROW
    run = create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)
    assert run.held == (long.pk,)
    assert [state_of(order) for order in (short, long)] == ["batched", "verified"]
    long.refresh_from_db()
    assert (long.hold, long.held_at) == ("address_does_not_fit", NOW)


def test_misfits_alone_are_held_and_make_no_batch(settings):
    order = verified_order()
    settings.DX_LAYOUT = NARROW
    run = create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)
    assert run.batch is None
    assert run.held == (order.pk,)
    assert not Batch.objects.exists()
    assert not Consignment.objects.exists()


def test_references_are_random_and_well_formed_and_never_twice():
    from fulfilment.references import new_references, parse_reference

    drawn = new_references(500)
    assert len(set(drawn)) == 500
    assert all(parse_reference(reference) == reference for reference in drawn)
    assert parse_reference(f" {drawn[0][:4].lower()}-{drawn[0][4:]} ") == drawn[0]
    wrong = drawn[0][:-1] + ("2" if drawn[0][-1] != "2" else "3")
    assert parse_reference(wrong) is None


def test_closing_freezes_lines_layout_and_hash():
    order = verified_order(recipient_name="Seren Ŵyn", address_line_1="3 Heol y Bont")
    batch = open_batch()
    closed = close_batch(batch_id=batch.pk, actor=JOB, now=NOW)
    closed.refresh_from_db()
    parcel = closed.consignments.get()
    assert closed.state == "closed"
    assert closed.layout["version"] == "dx-1"
    assert len(closed.file_sha256) == 64
    assert parcel.frozen_lines == {
        "reference": parcel.reference,
        "name": "Seren Ŵyn",
        "address1": "3 Heol y Bont",
        "address2": "",
        "address3": "",
        "town": order.town,
        "county": "",
        "postcode": "LS1 4AP",
    }


def test_a_batch_closes_once():
    batch = closed_batch_of(1)
    with pytest.raises(BatchIsElsewhere):
        close_batch(batch_id=batch.pk, actor=JOB, now=NOW)


def closed_batch_of(count: int) -> Batch:
    verified_orders(count)
    return closed_batch()


def test_a_batch_with_an_address_that_no_longer_fits_does_not_close_until_it_is_taken_out(settings):
    stays = verified_order(recipient_name="Jo Lee", address_line_1="1 The Row")
    goes = verified_order(recipient_name="Jo Lee", address_line_1="1234567 Interminable Boulevard")
    batch = open_batch()
    settings.DX_LAYOUT = NARROW
    with pytest.raises(BatchCannotClose) as stopped:
        close_batch(batch_id=batch.pk, actor=JOB, now=NOW)
    assert stopped.value.stuck == 1
    assert take_out_what_cannot_go(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW) == 1
    goes.refresh_from_db()
    assert (goes.state, goes.hold) == ("verified", "address_does_not_fit")
    closed = close_batch(batch_id=batch.pk, actor=JOB, now=NOW)
    assert (closed.orders_count, closed.badges_count) == (1, 5)
    assert state_of(stays) == "batched"


def test_an_account_restricted_after_the_batch_was_made_is_taken_out_and_not_called_a_misfit():
    order = verified_order()
    batch = open_batch()
    order.account.restricted_at = NOW
    order.account.save()
    with pytest.raises(BatchCannotClose):
        close_batch(batch_id=batch.pk, actor=JOB, now=NOW)
    assert take_out_what_cannot_go(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW) == 1
    order.refresh_from_db()
    assert (order.state, order.hold) == ("verified", "")


def test_an_empty_batch_does_not_close():
    verified_order()
    batch = open_batch()
    take_out_of_batch(consignment_id=batch.consignments.get().pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    with pytest.raises(BatchCannotClose) as stopped:
        close_batch(batch_id=batch.pk, actor=JOB, now=NOW)
    assert stopped.value.stuck == 0


def test_one_order_is_taken_out_of_an_open_batch_and_waits_again():
    order, other = verified_orders(2)
    batch = open_batch()
    take_out_of_batch(consignment_id=batch.consignments.get(order=order).pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    batch.refresh_from_db()
    assert (batch.orders_count, batch.badges_count) == (1, 5)
    assert [state_of(order), state_of(other)] == ["verified", "batched"]
    assert open_batch().consignments.get().order_id == order.pk


def test_nothing_comes_out_of_a_closed_batch():
    batch = closed_batch_of(1)
    with pytest.raises(BatchIsElsewhere):
        take_out_of_batch(consignment_id=batch.consignments.get().pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    with pytest.raises(BatchIsElsewhere):
        take_out_what_cannot_go(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    assert batch.consignments.count() == 1


def test_marking_sent_dispatches_orders_and_notes_what_dx_was_told_once():
    batch = closed_batch_of(2)
    assert mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW) == 2
    assert mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW) == 0
    assert set(Order.objects.values_list("state", flat=True)) == {"dispatched"}
    told = list(Disclosure.objects.values_list("recipient", "fields"))
    fields = ["reference", "name", "address1", "address2", "address3", "town", "county", "postcode"]
    assert told == [("DX", fields)] * 2
    assert OrderEvent.objects.filter(kind="dispatch").count() == 2
    assert check_stock_ledger(now=NOW) == []


def test_an_open_batch_cannot_be_sent():
    verified_order()
    batch = open_batch()
    with pytest.raises(BatchIsElsewhere):
        mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW)


@pytest.mark.parametrize("closed", [False, True])
def test_a_cancelled_batch_gives_its_orders_back_and_forgets_the_addresses(closed):
    orders = verified_orders(2)
    batch = closed_batch() if closed else open_batch()
    assert cancel_batch(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW) == 2
    batch.refresh_from_db()
    assert batch.state == "cancelled"
    assert [state_of(order) for order in orders] == ["verified"] * 2
    assert set(batch.consignments.values_list("live", flat=True)) == {False}
    assert all(lines == {} for lines in batch.consignments.values_list("frozen_lines", flat=True))
    again = open_batch()
    assert again.consignments.count() == 2


def test_a_sent_or_cancelled_batch_cannot_be_cancelled():
    verified_order()
    batch = sent_batch()
    with pytest.raises(BatchIsElsewhere):
        cancel_batch(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    assert set(Order.objects.values_list("state", flat=True)) == {"dispatched"}


def test_a_batch_of_which_dx_scanned_a_parcel_cannot_be_cancelled():
    batch = closed_batch_of(2)
    load(f"{batch.consignments.first().reference},L1234567,Scan at collection,03/11/2026 10:00")
    with pytest.raises(ParcelsAreWithDx):
        cancel_batch(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    assert mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW) == 1
    assert Disclosure.objects.count() == 2
    assert check_stock_ledger(now=NOW) == []


def test_a_batch_of_forty_orders_needs_few_statements(django_assert_max_num_queries):
    verified_orders(40)
    with django_assert_max_num_queries(20):
        batch = open_batch()
    with django_assert_max_num_queries(15):
        close_batch(batch_id=batch.pk, actor=JOB, now=NOW)
    with django_assert_max_num_queries(20):
        assert mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW) == 40
