"""Cancelling an order: by its provider or by staff, until it is taken into a batch."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from badgeportal.actor import Actor
from badgeportal.kick import kick
from orders.lifecycle import MOVES, State, Who
from orders.models import Order
from orders.moves import move_order
from orders.placing import ASSESS_ORDERS
from orders.restricting import check_order_not_restricted


class CancelReason(models.TextChoices):
    """Why staff cancel an order; a provider need not say."""

    PROVIDER_ASKED = "provider_asked", "The provider asked for it"
    DUPLICATE = "duplicate", "It was ordered twice"
    WRONG_DETAILS = "wrong_details", "The details are wrong and the provider orders again"
    CANNOT_DELIVER = "cannot_deliver", "It cannot be delivered"
    PORTAL_CLOSES = "portal_closes", "The portal closes"
    ACCOUNT_CLOSED = "account_closed", "The account is disabled or erased"


# An order that ends is not held any more.
_NO_HOLD = {"hold": "", "held_at": None}


def can_be_cancelled(order: Order, *, by: Who) -> bool:
    """Whether `by` may cancel the order in the state it is in."""
    return _move_for(order, by) is not None


@transaction.atomic(durable=True)
def cancel_order(*, order: Order, by: Who, actor: Actor, now: datetime, reason: str = "") -> None:
    """Cancel `order` and give its badges back; staff may also cancel one that came back from the courier.

    `reason` is a short code. Raises orders.moves.OrderCannotMove, with the state the order is in, when it is cancelled
    already or has gone too far, and AccountRestricted; then nothing is written. `order` is read again afterwards.
    """
    check_order_not_restricted(Order.objects.select_for_update(of=("self",)).get(pk=order.pk))
    order.refresh_from_db()
    move = _move_for(order, by) or "cancel"
    move_order(move=move, order=order, by=by, actor=actor, now=now, reason=reason, changes=_NO_HOLD)
    # Whoever checks the order is told, so that nobody works on it for nothing.
    kick(ASSESS_ORDERS)


def _move_for(order: Order, by: Who) -> str | None:
    names = ("cancel", "cancel_returned")
    return next((name for name in names if order.state in MOVES[name].sources and by in MOVES[name].who), None)


CANCELLABLE_STATES: tuple[State, ...] = MOVES["cancel"].sources
