"""Moving orders along the lifecycle: the one place that writes `Order.state`, many rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.bulk import among, insert_rows
from badgeportal.outbox.actions import queue_mail
from orders.lifecycle import MOVES, Move, Who
from orders.models import Order, OrderEvent
from orders.stock import apply_to_stock


class OrderCannotMove(Exception):
    """The order is not where this move starts, perhaps because somebody else moved it first. `state` is where it is."""

    def __init__(self, *, reference: str, state: str, move: str) -> None:
        super().__init__(f"{reference} is {state}: it cannot {move}")
        self.reference = reference
        self.state = state
        self.move = move


class MoveNotAllowed(Exception):
    """This kind of actor may not make this move."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One order that moved."""

    order_id: int
    from_state: str
    quantity: int


def move_orders(
    *,
    move: str,
    order_ids: Iterable[int],
    by: Who,
    actor: Actor,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> list[Moved]:
    """Move every order of `order_ids` that is where `move` starts, with its event, mail and stock; the others stay as they are.

    In: the name of a move of `orders.lifecycle.MOVES`, who makes it, and `changes`, further columns to write with the state.
    Out: what moved. Needs an open transaction. Raises MoveNotAllowed when `by` may not make this move. The work is a fixed
    number of statements, whatever the number of orders.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Orders move inside the transaction of the action that moves them.")
    arrow = MOVES[move]
    _check_may(arrow, by=by, actor=actor)
    rows = (
        Order.objects.filter(among("pk", order_ids), state__in=arrow.sources)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "state", "quantity")
    )
    moved = [Moved(*row) for row in rows]
    if not moved:
        return []
    ids = [row.order_id for row in moved]
    Order.objects.filter(among("pk", ids)).update(state=arrow.target, state_changed_at=now, **(changes or {}))
    record_moves(arrow=arrow, moved=moved, actor=actor, now=now, reason=reason)
    return moved


def move_order(*, move: str, order: Order, by: Who, actor: Actor, now: datetime, reason: str = "",
               changes: Mapping[str, Any] | None = None) -> None:  # fmt: skip
    """Move one order, or raise OrderCannotMove with the state it is in. `order` is read again afterwards."""
    moved = move_orders(move=move, order_ids=[order.pk], by=by, actor=actor, now=now, reason=reason, changes=changes)
    order.refresh_from_db()
    if not moved:
        raise OrderCannotMove(reference=order.reference, state=order.state, move=move)


def record_moves(*, arrow: Move, moved: list[Moved], actor: Actor, now: datetime, reason: str = "") -> None:
    """Write the events, queue the mails and, last, change the stock for orders that have just moved."""
    insert_rows(
        OrderEvent,
        same={"kind": arrow.name, "to_state": arrow.target.value, "reason": reason, "actor": str(actor), "at": now},
        each={"order_id": [row.order_id for row in moved], "from_state": [row.from_state for row in moved]},
    )
    if arrow.mail:
        queue_mail(
            template=arrow.mail, subject_type="orders.order", subject_ids=[row.order_id for row in moved], now=now
        )
    if arrow.stock is not None:
        apply_to_stock(
            effect=arrow.stock, quantities=[(row.order_id, row.quantity) for row in moved], actor=actor, now=now
        )


def _check_may(arrow: Move, *, by: Who, actor: Actor) -> None:
    if by not in arrow.who:
        raise MoveNotAllowed(f"The {by.value} may not {arrow.name} an order.")
    if (by is Who.SYSTEM) == actor.is_person:
        raise MoveNotAllowed("A person acts for themselves, and a job is not a person.")
