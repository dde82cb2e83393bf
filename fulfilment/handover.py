"""Parcels that must stay behind: the use of their person's data was limited after the batch was closed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.restricting import to_be_told
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from fulfilment.audit_kinds import TAKEN_OUT_OF_HANDOVER
from fulfilment.dx_file import render
from fulfilment.faults import BatchIsElsewhere, NothingToTakeOut
from fulfilment.models import Batch, Consignment
from fulfilment.models.disclosure import DX
from fulfilment.sending import hold_people_of, record_disclosures
from orders.lifecycle import Who
from orders.moves import move_orders


def staying_behind(batch: Batch) -> QuerySet[Consignment]:
    """The parcels of a closed `batch` that must not go, by their references; none of a batch in another state."""
    if batch.state != Batch.State.CLOSED:
        return Consignment.objects.none()
    parcels = batch.consignments.live().of_restricted_people().filter(dispatched_at__isnull=True)
    return parcels.in_file_order().select_related("order")


@transaction.atomic(durable=True)
def take_out_of_handover(*, batch_id: int, dx_has_the_file: bool, actor: Actor, by: Who, now: datetime) -> int:
    """Take the parcels that must not go out of a closed batch, and make its file again without them; returns how many.

    Their orders are verified again and wait until the restriction has ended. With `dx_has_the_file` what DX was told of them is
    recorded first. The frozen lines go, and the new SHA-256 stands beside the event. Raises BatchIsElsewhere,
    and NothingToTakeOut when none has to stay behind, or all of them: then the batch is cancelled instead.
    """
    batch = Batch.objects.locked(batch_id)
    if batch.state != Batch.State.CLOSED:
        raise BatchIsElsewhere(batch)
    hold_people_of(batch)
    parcels = list(staying_behind(batch))
    if not parcels:
        raise NothingToTakeOut(f"Nothing was changed: no parcel of {batch} has to stay behind.")
    if len(parcels) == batch.consignments.in_file_order().count():
        raise NothingToTakeOut(f"Nothing was changed: every parcel of {batch} has to stay behind. Cancel the batch.")
    ids, order_ids = [parcel.pk for parcel in parcels], [parcel.order_id for parcel in parcels]
    if dx_has_the_file:
        record_disclosures(ids, batch=batch, actor=actor, now=now)
        to_be_told(account_ids={parcel.order.account_id for parcel in parcels}, order_ids=order_ids, recipient=DX)
    move_orders(move="unbatch", order_ids=order_ids, by=by, actor=actor, now=now, reason="restricted")
    Consignment.objects.filter(pk__in=ids).update(live=False, frozen_lines={}, withdrawn_at=now)
    _close_again(batch, without=parcels)
    record(
        kind=TAKEN_OUT_OF_HANDOVER, actor=actor, subject=batch, now=now, orders=len(parcels),
        file_sha256=batch.file_sha256,
    )  # fmt: skip
    return len(parcels)


def _close_again(batch: Batch, *, without: list[Consignment]) -> None:
    lines = batch.consignments.in_file_order().values_list("frozen_lines", flat=True)
    batch.file_sha256 = hashlib.sha256(render(batch.layout["columns"], lines)).hexdigest()
    batch.orders_count -= len(without)
    batch.badges_count -= sum(parcel.quantity for parcel in without)
    batch.save(update_fields=["file_sha256", "orders_count", "badges_count"])
