"""Parcels that came back: noted, and then sent again or cancelled by a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from fulfilment.audit_kinds import PARCEL_RETURN_RECORDED
from fulfilment.faults import ParcelIsNotLive
from fulfilment.models import Batch, Consignment
from orders.correcting import check_again, moved_since_checked
from orders.lifecycle import State, Who
from orders.models import Order
from orders.moves import OrderCannotMove, move_order
from orders.restricting import check_order_not_restricted


@transaction.atomic(durable=True)
def record_return(*, consignment_id: int, actor: Actor, now: datetime) -> Consignment:
    """Note by hand that a parcel is back in the warehouse, when DX did not say so; returns the consignment.

    Raises ParcelIsNotLive for one that is back already, and orders.moves.OrderCannotMove unless its order is on its way.
    """
    batch_id = Consignment.objects.values_list("batch_id", flat=True).get(pk=consignment_id)
    Batch.objects.locked(batch_id)
    consignment = Consignment.objects.select_related("order").get(pk=consignment_id)
    if not consignment.live:
        raise ParcelIsNotLive(consignment.reference)
    move_order(move="come_back", order=consignment.order, by=Who.STAFF, actor=actor, now=now)
    consignment.live, consignment.returned_at = False, now
    consignment.save(update_fields=["live", "returned_at"])
    record(kind=PARCEL_RETURN_RECORDED, actor=actor, subject=consignment, now=now)
    return consignment


@transaction.atomic(durable=True)
def send_again(*, order: Order, actor: Actor, now: datetime) -> None:
    """Let the order of a parcel that came back wait for the next batch; its badges are back on the shelf and reserved again.

    The next batch prints the address as it then is. One that staff corrected to another address is checked there first. Raises
    orders.moves.OrderCannotMove when a colleague decided already, and AccountRestricted.
    """
    _check_free(order)
    move_order(move="send_again", order=order, by=Who.STAFF, actor=actor, now=now)
    if order.anonymised_at is not None:
        # There is no address any more; the move is undone with the transaction.
        raise OrderCannotMove(reference=order.reference, state=State.RETURNED, move="send_again")
    if moved_since_checked(order):
        check_again(order=order, by=Who.STAFF, actor=actor, now=now)


@transaction.atomic(durable=True)
def cancel_returned(*, order: Order, actor: Actor, now: datetime) -> None:
    """End the order of a parcel that came back; its badges are back on the shelf. Raises OrderCannotMove, AccountRestricted."""
    _check_free(order)
    move_order(move="cancel_returned", order=order, by=Who.STAFF, actor=actor, now=now, reason="came_back")


def _check_free(order: Order) -> None:
    """Raise AccountRestricted while the order's person limits the use of their data; the order is locked first."""
    check_order_not_restricted(Order.objects.select_for_update(of=("self",)).get(pk=order.pk))
