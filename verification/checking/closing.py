"""Closing checks that nobody has to decide any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from orders.lifecycle import State
from verification.models import ManualCheck, Question

MATCHED = "matched"
CONFIRMED_BY_LISTED_INBOX = "confirmed_by_listed_inbox"
_OTHERWISE = "moved_on"


def close_checks_of(*, order_ids: Iterable[int], how: str, now: datetime) -> int:
    """Close the open checks of `order_ids` without a decision, for the reason `how`; returns how many. Needs a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A check is closed in the transaction of what makes it needless.")
    ids = list(order_ids)
    Question.objects.open().filter(pk__in=Question.objects.open().of_orders(ids).values("pk")).update(ended_at=now)
    return (
        ManualCheck.objects.open()
        .of_orders(ids)
        .update(closed_at=now, closed_without_decision=how, claimed_by=None, claimed_until=None)
    )


@transaction.atomic(durable=True)
def close_stale_checks(*, now: datetime) -> int:
    """Close open checks whose order was cancelled or moved on without them; returns how many.

    Orders know nothing of checks, so this follows what happened to them. Runs with every assessment.
    """
    left_behind = ManualCheck.objects.left_behind().select_for_update(of=("self",), skip_locked=True)
    closed = 0
    by_state: dict[str, list[int]] = {}
    for order_id, state in left_behind.values_list("order_id", "order__state"):
        by_state.setdefault(state, []).append(order_id)
    for state, order_ids in by_state.items():
        how = State.CANCELLED.value if state == State.CANCELLED else _OTHERWISE
        closed += close_checks_of(order_ids=order_ids, how=how, now=now)
    return closed
