"""Holding an order back from every pull, and letting it go on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.kick import kick
from orders.lifecycle import UNPACKED_STATES
from orders.models import Order, OrderEvent
from orders.models.order import Hold
from orders.placing import ASSESS_ORDERS
from orders.restricting import check_order_not_restricted

# Once packed, the parcel is on its way whatever is written here.
HOLDABLE_STATES = UNPACKED_STATES


class OrderCannotBeHeld(Exception):
    """The order is held already, or has gone too far. `state` is where it is."""

    def __init__(self, *, reference: str, state: str) -> None:
        super().__init__(f"{reference} is {state}: it cannot be held")
        self.reference = reference
        self.state = state


class OrderIsNotHeld(Exception):
    """There is no hold to lift: a colleague lifted it, or the order was cancelled."""


def hold_orders(*, order_ids: Iterable[int], hold: Hold, actor: Actor, now: datetime) -> list[int]:
    """Hold those of `order_ids` that are not held and not packed; returns their ids. Needs an open transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Orders are held inside the transaction of the action that holds them.")
    held = list(
        Order.objects.filter(pk__in=list(order_ids), state__in=HOLDABLE_STATES, hold="")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    Order.objects.filter(pk__in=[order.pk for order in held]).update(hold=hold, held_at=now)
    _record("hold", held, reason=hold, actor=actor, now=now)
    return [order.pk for order in held]


@transaction.atomic(durable=True)
def hold_order(*, order: Order, actor: Actor, now: datetime, hold: Hold = Hold.OFFICER) -> None:
    """Hold one order until a person lifts it; raises OrderCannotBeHeld, AccountRestricted. `order` is read again afterwards."""
    check_order_not_restricted(Order.objects.select_for_update(of=("self",)).get(pk=order.pk))
    held = hold_orders(order_ids=[order.pk], hold=hold, actor=actor, now=now)
    order.refresh_from_db()
    if not held:
        raise OrderCannotBeHeld(reference=order.reference, state=order.state)


@transaction.atomic(durable=True)
def lift_hold(*, order: Order, actor: Actor, now: datetime, only: Hold | None = None) -> None:
    """Let a held order go on where it stands; raises OrderIsNotHeld. `order` is read again afterwards.

    With `only`, an order that is held for another reason by now counts as not held. Raises AccountRestricted.
    """
    locked = Order.objects.select_for_update(of=("self",)).held().filter(pk=order.pk).first()
    if locked is None or (only is not None and locked.hold != only):
        raise OrderIsNotHeld
    check_order_not_restricted(locked)
    reason = locked.hold
    Order.objects.filter(pk=order.pk).update(hold="", held_at=None)
    _record("lift_hold", [locked], reason=reason, actor=actor, now=now)
    order.refresh_from_db()
    kick(ASSESS_ORDERS)


def _record(kind: str, orders: list[Order], *, reason: str, actor: Actor, now: datetime) -> None:
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order=order,
            kind=kind,
            from_state=order.state,
            to_state=order.state,
            reason=reason,
            actor=str(actor),
            at=now,
        )
        for order in orders
    )
