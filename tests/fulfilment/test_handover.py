"""A batch was closed and somebody in it limits the use of their data: their parcel stays behind, and the officer is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import FULFILMENT_OFFICER
from accounts.your_data.asking import limit_use
from fulfilment.batches import create_batch
from fulfilment.dx_file import dx_file, pick_list
from fulfilment.faults import BatchCannotClose, FileCannotBeMade, NothingToTakeOut, RestrictedInHandover
from fulfilment.handover import take_out_of_handover
from fulfilment.models import Consignment, Disclosure
from fulfilment.sending import cancel_batch, close_batch, mark_batch_sent
from orders.ledger import check_stock_ledger
from orders.lifecycle import Who
from orders.models import Order
from tests.accounts.your_data.steps import GROUND, restricted
from tests.factories.user import StaffFactory
from tests.fulfilment import steps

pytestmark = pytest.mark.django_db
BY: Any = {"actor": steps.JOB, "by": Who.SYSTEM, "now": steps.NOW}


def taken_out(batch: Any, *, dx_has_the_file: bool = False) -> int:
    return take_out_of_handover(batch_id=batch.pk, dx_has_the_file=dx_has_the_file, **BY)


def test_a_batch_with_a_restricted_person_neither_closes_nor_goes() -> None:
    first, second = steps.verified_orders(2)
    batch = steps.open_batch()
    restricted(first.account)
    with pytest.raises(BatchCannotClose):
        close_batch(batch_id=batch.pk, actor=steps.JOB, now=steps.NOW)
    assert create_batch(limit=None, **BY).batch is None
    assert steps.state_of(second) == "batched"


def test_the_officer_is_told_and_takes_the_parcel_out(client: Client) -> None:
    staying, going = steps.verified_orders(2)
    batch = steps.closed_batch()
    restricted(staying.account)
    parcel = staying.consignments.get()
    client.force_login(StaffFactory(role=FULFILMENT_OFFICER))
    page = reverse("admin:fulfilment_batch_change", args=[batch.pk])

    client.post(reverse("admin:fulfilment_batch_sent", args=[batch.pk]))
    batch.refresh_from_db()
    shown = client.get(page).content.decode()
    assert (batch.state, "Must not go to DX (1)" in shown, parcel.reference in shown) == ("closed", True, True)
    with pytest.raises(FileCannotBeMade, match="limited"):
        dx_file(batch)
    client.post(
        reverse("admin:fulfilment_batch_handover", args=[batch.pk]), {"dx_has_the_file": "no", "off_the_pallet": "on"}
    )
    client.post(reverse("admin:fulfilment_batch_sent", args=[batch.pk]))

    batch.refresh_from_db()
    assert (batch.state, batch.orders_count, batch.badges_count) == ("sent", 1, 5)
    assert (steps.state_of(staying), steps.state_of(going)) == ("verified", "dispatched")
    assert parcel.reference not in (dx_file(batch) + pick_list(batch)).decode()
    assert list(Disclosure.objects.values_list("consignment__order", flat=True)) == [going.pk]
    parcel.refresh_from_db()
    assert (parcel.live, parcel.frozen_lines, parcel.withdrawn_at is None) == (False, {}, False)
    assert check_stock_ledger(now=timezone.now()) == []


def test_what_dx_was_told_already_is_recorded_and_dx_must_hear_of_it() -> None:
    staying, _ = steps.verified_orders(2)
    batch = steps.closed_batch()
    asked = limit_use(user=staying.account, ground=GROUND, words="", now=timezone.now())
    assert taken_out(batch, dx_has_the_file=True) == 1
    asked.refresh_from_db()
    assert Disclosure.objects.get().consignment.order_id == staying.pk
    assert asked.tell_recipients == "DX"


def test_the_order_goes_with_a_later_batch_once_the_limit_has_ended() -> None:
    staying, _ = steps.verified_orders(2)
    batch = steps.closed_batch()
    restricted(staying.account)
    taken_out(batch)
    type(staying.account).objects.update(restricted_at=None)
    later = steps.closed_batch()
    mark_batch_sent(batch_id=later.pk, **BY)
    assert steps.state_of(staying) == "dispatched"


def test_nothing_is_taken_out_of_a_batch_in_which_all_or_none_stay_behind() -> None:
    order = steps.verified_order()
    batch = steps.closed_batch()
    with pytest.raises(NothingToTakeOut, match="no parcel"):
        taken_out(batch)
    restricted(order.account)
    with pytest.raises(NothingToTakeOut, match="Cancel the batch"):
        taken_out(batch)
    with pytest.raises(RestrictedInHandover):
        mark_batch_sent(batch_id=batch.pk, **BY)
    cancel_batch(batch_id=batch.pk, **BY)
    assert steps.state_of(order) == "verified"


def test_lines_of_a_parcel_that_stays_behind_are_refused_by_the_database() -> None:
    steps.verified_order()
    parcel = steps.closed_batch().consignments.get()
    with pytest.raises(IntegrityError, match="consignment_withdrawn_holds_no_lines"), transaction.atomic():
        Consignment.objects.filter(pk=parcel.pk).update(withdrawn_at=steps.NOW)
    assert Order.objects.get().state == "batched"
