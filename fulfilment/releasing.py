"""Letting orders go on that were held for their address, once it fits: it was corrected, or the courier's layout changed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.restricting import AccountRestricted
from badgeportal.actor import Actor
from fulfilment.layout import current_layout
from fulfilment.preview import misfits_among
from orders.holding import OrderIsNotHeld, lift_hold
from orders.models import Order
from orders.models.order import Hold


def orders_held_for_address() -> QuerySet[Order]:
    """Orders that wait for a person to mend their address, oldest first; not those of restricted accounts."""
    held = Order.objects.held().in_use().filter(hold=Hold.ADDRESS_DOES_NOT_FIT)
    return held.order_by("placed_at", "pk")


def release_addresses_that_fit(*, actor: Actor, now: datetime) -> int:
    """Lift the hold of each order whose address fits the courier's label by now; returns how many.

    Each order is a transaction of its own: one that a colleague released in the meantime is passed over.
    """
    held = list(orders_held_for_address())
    misfits = misfits_among(held, current_layout()["columns"])
    released = 0
    for order in held:
        if order.pk in misfits:
            continue
        try:
            lift_hold(order=order, actor=actor, now=now, only=Hold.ADDRESS_DOES_NOT_FIT)
        except (OrderIsNotHeld, AccountRestricted):
            continue
        released += 1
    return released
