"""What becomes of a person's parcels when they are erased: taken out of a batch that is still open, and told of otherwise."""

from __future__ import annotations

from datetime import datetime

from badgeportal.actor import Actor
from badgeportal.inventory import Reach
from badgeportal.privacy.settling import Found, OpenThing, Settlement
from fulfilment.batches import take_out
from fulfilment.models import Batch, Consignment
from orders.erasing import key_of, orders_of
from orders.lifecycle import State, Who

_OPEN = "It is taken out of its batch and cancelled, and its badges go back to those that can be ordered."
_CLOSED = "The file for DX is made, so the parcel may go. Name and address go here, and the file cannot be made again."


def packed_orders(found: Found) -> list[OpenThing]:
    """Orders that are in a batch."""
    parcels = (
        Consignment.objects.live()
        .filter(order__in=orders_of(found.subject).filter(state=State.BATCHED))
        .select_related("order", "batch")
        .order_by("order")
    )
    return [
        OpenThing(
            key=key_of(parcel.order, found.subject),
            name=parcel.order.reference,
            state=parcel.order.get_state_display(),
            if_cancelled=_OPEN if parcel.batch.state == Batch.State.OPEN else _CLOSED,
            can_be_cancelled=parcel.batch.state == Batch.State.OPEN,
        )
        for parcel in parcels
    ]


def empty_open_batches(*, actor: Actor, now: datetime) -> int:
    """Take everything out of batches that are not closed; the orders are cancelled, and counted, by their own room."""
    for batch in Batch.objects.filter(state=Batch.State.OPEN).order_by("pk").select_for_update():
        parcels = list(batch.consignments.order_by("pk"))
        take_out(batch, parcels, reason="portal_closes", actor=actor, by=Who.STAFF, now=now)
    return 0


def take_out_of_open_batches(settlement: Settlement) -> None:
    """Take the orders out of batches that are not closed, so that they can be cancelled; batches are locked first."""
    subject = settlement.subject
    if subject.reach is Reach.ADDRESS:
        return
    # A batch being made has hold of orders that wait for one. Whoever has to wait here sees the batch that it made.
    waiting = orders_of(subject).filter(state=State.VERIFIED).select_for_update(of=("self",)).order_by("pk")
    list(waiting.values_list("pk"))
    parcels = Consignment.objects.filter(order__in=orders_of(subject), batch__state=Batch.State.OPEN)
    batches = Batch.objects.filter(pk__in=parcels.values("batch")).order_by("pk").select_for_update()
    by = Who.STAFF if settlement.actor.is_person else Who.SYSTEM
    for batch in batches:
        if batch.state != Batch.State.OPEN:
            continue
        theirs = list(Consignment.objects.filter(batch=batch, order__in=orders_of(subject)).order_by("pk"))
        take_out(batch, theirs, reason="person_erased", actor=settlement.actor, by=by, now=settlement.now)
