"""What becomes of open orders when the portal closes: named by state, and cancelled at a manager's word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from badgeportal.actor import Actor
from badgeportal.inventory import HoldsClosing
from badgeportal.kick import kick
from orders.cancelling import CancelReason
from orders.lifecycle import UNPACKED_STATES, State, Who
from orders.models import Order, OrderProblem
from orders.moves import move_orders
from orders.placing import ASSESS_ORDERS

_LABEL = "orders.order"
# By this number of the state in the list of all, so that a settled state stays settled.
_NUMBERS = {state: number for number, state in enumerate(State, start=1)}


def orders_under_way() -> Iterable[HoldsClosing]:
    """How many orders are in each open state, and problems that nobody has answered.

    A manager may settle parcels that are with DX, of which DX never told the end; the others are finished or cancelled.
    """
    found = Order.objects.open().order_by().values_list("state").annotate(count=Count("pk")).order_by("state")
    for name, count in found:
        state = State(name)
        yield HoldsClosing(
            _LABEL,
            _NUMBERS[state],
            f"{count:,} order{'' if count == 1 else 's'}",
            state.label,
            by_hand=state is not State.DISPATCHED,
            can_be_cancelled=state in UNPACKED_STATES or state is State.RETURNED,
        )
    for pk in OrderProblem.objects.open().order_by("pk").values_list("pk", flat=True):
        yield HoldsClosing("orders.orderproblem", pk, f"Problem {pk} with an order", "Not answered")


def cancel_open_orders(*, actor: Actor, now: datetime) -> int:
    """Cancel every order that is not packed, and those that came back; each provider is told by mail."""
    cancelled = 0
    for move, states in (("cancel", UNPACKED_STATES), ("cancel_returned", (State.RETURNED,))):
        ids = Order.objects.filter(state__in=states).values_list("pk", flat=True)
        moved = move_orders(
            move=move, order_ids=list(ids), by=Who.STAFF, actor=actor, now=now, reason=CancelReason.PORTAL_CLOSES,
            changes={"hold": "", "held_at": None},
        )  # fmt: skip
        cancelled += len(moved)
    # Checks of cancelled orders are closed.
    kick(ASSESS_ORDERS)
    return cancelled
