"""A batch from its closing to DX's door: closed, sent, or cancelled before it went."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts.restricting import restricted_among
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from fulfilment.audit_kinds import BATCH_CANCELLED, BATCH_CLOSED, BATCH_SENT
from fulfilment.batches import cancel_erased, open_batch
from fulfilment.dx_file import render
from fulfilment.faults import BatchCannotClose, BatchIsElsewhere, ParcelsAreWithDx, RestrictedInHandover
from fulfilment.layout import current_layout
from fulfilment.models import Batch
from fulfilment.models.disclosure import DX
from fulfilment.preview import Parcel, preview
from orders.lifecycle import Who
from orders.models import Order
from orders.moves import move_orders


@transaction.atomic(durable=True)
def close_batch(*, batch_id: int, actor: Actor, now: datetime) -> Batch:
    """Freeze the lines of every parcel, keep the layout and the SHA-256 of the file, and return the closed batch.

    Raises BatchIsElsewhere, and BatchCannotClose while an order in it cannot go; then nothing is written.
    """
    batch = open_batch(batch_id)
    # The addresses must stand still between reading and freezing them, and nobody is restricted meanwhile.
    hold_people_of(batch)
    layout = current_layout()
    parcels = preview(batch, layout["columns"])
    stuck = sum(not parcel.can_go for parcel in parcels)
    if stuck or not parcels:
        raise BatchCannotClose(batch=batch, stuck=stuck)
    _freeze(parcels)
    batch.state = Batch.State.CLOSED
    batch.closed_at = now
    batch.layout = layout
    batch.file_sha256 = hashlib.sha256(render(layout["columns"], (p.lines for p in parcels))).hexdigest()
    batch.save(update_fields=["state", "closed_at", "layout", "file_sha256"])
    record(
        kind=BATCH_CLOSED, actor=actor, subject=batch, now=now,
        orders=batch.orders_count, badges=batch.badges_count, file_sha256=batch.file_sha256,
    )  # fmt: skip
    return batch


@transaction.atomic(durable=True)
def mark_batch_sent(*, batch_id: int, actor: Actor, by: Who, now: datetime) -> int:
    """Note that DX has the file: every order of the closed batch goes on its way. Returns how many did.

    Writes what DX was told about whom. Doing it again changes nothing. Raises BatchIsElsewhere when it is open or cancelled, and
    RestrictedInHandover while a parcel of a restricted account is in it (`fulfilment.handover` takes those out).
    """
    batch = Batch.objects.locked(batch_id)
    if batch.state == Batch.State.SENT:
        return 0
    if batch.state != Batch.State.CLOSED:
        raise BatchIsElsewhere(batch)
    hold_people_of(batch)
    restricted = batch.consignments.live().of_restricted_people().filter(dispatched_at__isnull=True).count()
    if restricted:
        raise RestrictedInHandover(batch=batch, count=restricted)
    order_ids = batch.consignments.filter(live=True).values_list("order_id", flat=True)
    moved = move_orders(move="dispatch", order_ids=order_ids, by=by, actor=actor, now=now)
    going = batch.consignments.in_file_order()
    going.filter(dispatched_at__isnull=True).update(dispatched_at=now)
    record_disclosures(going.values_list("pk", flat=True), batch=batch, actor=actor, now=now)
    batch.state = Batch.State.SENT
    batch.sent_at = now
    batch.save(update_fields=["state", "sent_at"])
    record(kind=BATCH_SENT, actor=actor, subject=batch, now=now, orders=len(moved))
    return len(moved)


@transaction.atomic(durable=True)
def cancel_batch(*, batch_id: int, actor: Actor, by: Who, now: datetime) -> int:
    """Take a batch apart that did not go to DX, open or closed; its orders wait again. Returns how many.

    Raises BatchIsElsewhere when it was sent or cancelled, ParcelsAreWithDx when DX has told us of a parcel of it. The frozen
    names and addresses are wiped: nobody will ask for that file again.
    """
    batch = Batch.objects.locked(batch_id)
    if batch.state not in (Batch.State.OPEN, Batch.State.CLOSED):
        raise BatchIsElsewhere(batch)
    with_dx = batch.consignments.filter(dispatched_at__isnull=False).count()
    if with_dx:
        raise ParcelsAreWithDx(batch=batch, count=with_dx)
    order_ids = list(batch.consignments.filter(live=True).values_list("order_id", flat=True))
    moved = move_orders(move="unbatch", order_ids=order_ids, by=by, actor=actor, now=now, reason="batch_cancelled")
    cancel_erased(order_ids, by=by, actor=actor, now=now)
    batch.consignments.update(live=False, frozen_lines={})
    batch.state = Batch.State.CANCELLED
    batch.cancelled_at = now
    batch.save(update_fields=["state", "cancelled_at"])
    record(kind=BATCH_CANCELLED, actor=actor, subject=batch, now=now, orders=len(moved))
    return len(moved)


def hold_people_of(batch: Batch) -> None:
    """Let nobody change or restrict the orders of `batch` until the transaction ends; orders before accounts, as everywhere."""
    orders = Order.objects.filter(consignments__batch=batch).order_by("pk").select_for_update(of=("self",))
    restricted_among(orders.values_list("account_id", flat=True))


def record_disclosures(parcels: Iterable[int], *, batch: Batch, actor: Actor, now: datetime) -> None:
    """Note once for each parcel of `batch`, by its id, which fields DX was given. No address is copied: it survives erasure."""
    fields = [column["field"] for column in batch.layout["columns"]]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fulfilment_disclosure (consignment_id, recipient, fields, actor, at)"
            " SELECT c.id, %s, %s::varchar(40)[], %s, %s FROM fulfilment_consignment AS c"
            " WHERE c.batch_id = %s AND c.id = ANY(%s) ON CONFLICT (consignment_id, recipient) DO NOTHING",
            [DX, fields, str(actor), now, batch.pk, list(parcels)],
        )


def _freeze(parcels: list[Parcel]) -> None:
    # One statement, whatever the size of the batch; each parcel's lines travel as one JSON text.
    ids = [parcel.consignment.pk for parcel in parcels]
    lines = [json.dumps(parcel.lines, ensure_ascii=False) for parcel in parcels]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fulfilment_consignment AS c SET frozen_lines = v.lines::jsonb"
            " FROM unnest(%s::bigint[], %s::text[]) AS v (id, lines) WHERE c.id = v.id",
            [ids, lines],
        )
