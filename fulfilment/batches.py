"""Taking verified orders into a batch, and out of it again while it is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record, record_many
from badgeportal.bulk import insert_rows
from fulfilment.audit_kinds import BATCH_CREATED, TAKEN_OUT_OF_BATCH
from fulfilment.faults import BatchIsElsewhere, OrdersChangedUnderneath
from fulfilment.layout import current_layout
from fulfilment.models import Batch, Consignment
from fulfilment.preview import Parcel, misfits_among, preview
from fulfilment.references import new_references
from orders.holding import hold_orders
from orders.lifecycle import Who
from orders.models import Order
from orders.models.order import Hold
from orders.moves import move_orders
from orders.restricting import restricted_orders


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What a run did. `batch` is None when there was nothing that could be sent; `held` are ids of misfits."""

    batch: Batch | None
    orders: int = 0
    badges: int = 0
    held: tuple[int, ...] = ()


@transaction.atomic(durable=True)
def create_batch(*, limit: int | None, actor: Actor, by: Who, now: datetime) -> BatchRun:
    """Take up to `limit` (all, when None) verified orders, oldest first, into a new open batch.

    Orders whose address does not fit the courier's label are held for a person instead. Two runs at once share the waiting
    orders between them. Nothing to send makes no batch. The work is a fixed number of statements for each thousand orders.
    """
    waiting = pull_waiting_orders(limit)
    misfits = misfits_among(waiting, current_layout()["columns"])
    held = hold_orders(order_ids=misfits, hold=Hold.ADDRESS_DOES_NOT_FIT, actor=actor, now=now)
    fitting = [order for order in waiting if order.pk not in misfits]
    if not fitting:
        return BatchRun(batch=None, held=tuple(held))
    badges = sum(order.quantity for order in fitting)
    batch = Batch.objects.create(created_at=now, created_by=str(actor), orders_count=len(fitting), badges_count=badges)
    _add_consignments(batch, fitting)
    moved = move_orders(move="batch", order_ids=[order.pk for order in fitting], by=by, actor=actor, now=now)
    if len(moved) != len(fitting):
        raise OrdersChangedUnderneath
    record(kind=BATCH_CREATED, actor=actor, subject=batch, now=now, orders=len(fitting), badges=badges, held=len(held))
    return BatchRun(batch=batch, orders=len(fitting), badges=badges, held=tuple(held))


def pull_waiting_orders(limit: int | None) -> list[Order]:
    """The orders that wait for a batch, locked; those that somebody else has in hand are left for the next run.

    A statement of its own, as good as a materialised CTE: inside a larger one the planner may run the LIMIT more than
    once and lock more. The rows come back as they are after the lock.
    """
    waiting = Order.objects.awaiting_dispatch().select_for_update(of=("self",), skip_locked=True)
    pulled = list(waiting[:limit] if limit is not None else waiting)
    # Somebody may have been restricted since this began; whoever is restricted from now on waits until the batch is made.
    restricted = restricted_orders(pulled)
    return [order for order in pulled if order.pk not in restricted]


@transaction.atomic(durable=True)
def take_out_of_batch(*, consignment_id: int, actor: Actor, by: Who, now: datetime) -> Batch:
    """Put one order of an open batch back among those that wait; returns the batch.

    Raises BatchIsElsewhere and Consignment.DoesNotExist (a colleague took it out already).
    """
    consignment = Consignment.objects.get(pk=consignment_id)
    batch = open_batch(consignment.batch_id)
    take_out(batch, [Consignment.objects.get(pk=consignment_id)], reason="by_hand", actor=actor, by=by, now=now)
    return batch


@transaction.atomic(durable=True)
def take_out_what_cannot_go(*, batch_id: int, actor: Actor, by: Who, now: datetime) -> int:
    """Take every order out of an open batch that cannot go now, and hold those whose address does not fit; returns how many.

    An address may have been corrected, an account restricted or the layout changed since the batch was made.
    """
    batch = open_batch(batch_id)
    stuck = [parcel for parcel in preview(batch, current_layout()["columns"]) if not parcel.can_go]
    for reason, parcels in _by_reason(stuck).items():
        take_out(batch, [p.consignment for p in parcels], reason=reason, actor=actor, by=by, now=now)
    hold_orders(
        order_ids=[parcel.consignment.order_id for parcel in stuck if parcel.address_faults],
        hold=Hold.ADDRESS_DOES_NOT_FIT,
        actor=actor,
        now=now,
    )
    return len(stuck)


def open_batch(batch_id: int) -> Batch:
    """The batch, locked; raises BatchIsElsewhere.

    Everybody locks the batch before its orders, and orders before their consignments: no deadlock.
    """
    batch = Batch.objects.locked(batch_id)
    if batch.state != Batch.State.OPEN:
        raise BatchIsElsewhere(batch)
    return batch


def _add_consignments(batch: Batch, orders: Sequence[Order]) -> None:
    insert_rows(
        Consignment,
        same={"batch_id": batch.pk},
        each={
            "order_id": [order.pk for order in orders],
            "reference": new_references(len(orders)),
            "quantity": [order.quantity for order in orders],
        },
    )


def cancel_erased(order_ids: Iterable[int], *, by: Who, actor: Actor, now: datetime) -> None:
    """Cancel those of `order_ids`, out of a batch again, whose person was erased while they were in it."""
    erased = Order.objects.filter(pk__in=list(order_ids), anonymised_at__isnull=False).values_list("pk", flat=True)
    move_orders(move="cancel_erased", order_ids=erased, by=by, actor=actor, now=now, reason="account_closed")


def _by_reason(parcels: Collection[Parcel]) -> dict[str, list[Parcel]]:
    sorted_out: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        reason = "address_does_not_fit" if parcel.address_faults else "not_free"
        sorted_out.setdefault(reason, []).append(parcel)
    return sorted_out


def take_out(
    batch: Batch, consignments: Sequence[Consignment], *, reason: str, actor: Actor, by: Who, now: datetime
) -> None:
    """Take `consignments` out of an open `batch` that is locked; orders of people erased meanwhile are cancelled."""
    order_ids = [consignment.order_id for consignment in consignments]
    move_orders(move="unbatch", order_ids=order_ids, by=by, actor=actor, now=now, reason=reason)
    cancel_erased(order_ids, by=by, actor=actor, now=now)
    # DX never heard of a parcel of an open batch, so its row goes: each row of a closed batch then stands in its file.
    Consignment.objects.filter(pk__in=[consignment.pk for consignment in consignments]).delete()
    orders = Order.objects.filter(pk__in=order_ids)
    record_many(kind=TAKEN_OUT_OF_BATCH, actor=actor, subjects=orders, now=now, batch=batch.pk, reason=reason)
    batch.orders_count -= len(consignments)
    batch.badges_count -= sum(consignment.quantity for consignment in consignments)
    batch.save(update_fields=["orders_count", "badges_count"])
