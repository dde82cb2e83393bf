"""Assessing again the orders that wait for a person, because the register or the order's code may have changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef

from orders.lifecycle import Who
from orders.models import Order
from orders.moves import move_orders
from verification.assessing import (
    ACTOR,
    CHUNK,
    MATCHED,
    Decided,
    decide_all,
    open_checks,
    wait_for_other_assessors,
    write_assessments,
)
from verification.checking import closing
from verification.facts import COLUMNS, OrderRow
from verification.models import Assessment, ManualCheck


class Recounts(NamedTuple):
    """What became of the open checks: how many were compared again, came out otherwise, and matched."""

    compared: int = 0
    changed: int = 0
    matched: int = 0


def reassess_open_checks(*, now: datetime) -> Recounts:
    """Compare every order of a CQC provider that waits for a person with the register as it now is.

    One that matches is verified and its check closed; one that differs gets a new assessment and its check new reasons. An
    order whose inputs are what they were is left alone, so that running this again changes nothing. Each chunk is one
    transaction; held orders and restricted accounts are left out.
    """
    total = Recounts()
    after = 0
    while True:
        last, done = _reassess_chunk(after=after, now=now)
        total = Recounts(*(before + more for before, more in zip(total, done, strict=True)))
        if last is None:
            return total
        after = last


@transaction.atomic(durable=True)
def reassess_order(*, order: Order, now: datetime) -> Recounts:
    """The same for one order, at once; `order` is read again afterwards."""
    wait_for_other_assessors()
    done = _reassess(_take(after=order.pk - 1, size=1, only=order.pk), now=now)
    order.refresh_from_db()
    return done


@transaction.atomic(durable=True)
def open_missing_checks(*, now: datetime) -> int:
    """Open a check for every order that waits for a person and has none, so that somebody sees it; returns how many.

    The move and its check are written together, so this finds nothing unless somebody mended rows by hand. An order that
    matches after all is verified instead.
    """
    wait_for_other_assessors()
    has_check = Exists(ManualCheck.objects.open().filter(order=OuterRef("pk")))
    missing = Order.objects.undecided().in_use().filter(hold="").exclude(has_check)
    locked = missing.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    decided = decide_all([OrderRow(*row) for row in locked.values_list(*COLUMNS)[:CHUNK]])
    assessments = write_assessments(decided, now=now)
    matched = [item.row.order_id for item in decided if not item.verdict.reasons]
    move_orders(move="verify", order_ids=matched, by=Who.SYSTEM, actor=ACTOR, now=now, reason=MATCHED)
    open_checks([item for item in decided if item.verdict.reasons], assessments=assessments, now=now)
    return len(decided)


@transaction.atomic(durable=True)
def _reassess_chunk(*, after: int, now: datetime) -> tuple[int | None, Recounts]:
    wait_for_other_assessors()
    rows = _take(after=after, size=CHUNK)
    return (rows[-1].order_id if rows else None), _reassess(rows, now=now)


def _take(*, after: int, size: int, only: int | None = None) -> list[OrderRow]:
    """Lock and read orders of CQC providers that wait for a person, by number, from the one after `after`."""
    waiting = Order.objects.undecided().in_use().filter(cqc_registered=True, hold="", pk__gt=after)
    if only is not None:
        waiting = waiting.filter(pk=only)
    locked = waiting.order_by("pk").select_for_update(of=("self",), skip_locked=only is None)
    return [OrderRow(*row) for row in locked.values_list(*COLUMNS)[:size]]


def _reassess(rows: Sequence[OrderRow], *, now: datetime) -> Recounts:
    last = _last_digests([row.order_id for row in rows])
    differing = [item for item in decide_all(rows) if last.get(item.row.order_id) != item.digest]
    assessments = write_assessments(differing, now=now)
    matched = [item.row.order_id for item in differing if not item.verdict.reasons]
    move_orders(move="verify", order_ids=matched, by=Who.SYSTEM, actor=ACTOR, now=now, reason=MATCHED)
    closing.close_checks_of(order_ids=matched, how=closing.MATCHED, now=now)
    _write_new_reasons([item for item in differing if item.verdict.reasons], assessments)
    return Recounts(compared=len(rows), changed=len(differing), matched=len(matched))


def _last_digests(order_ids: list[int]) -> dict[int, str]:
    rows = (
        Assessment.objects.filter(order_id__in=order_ids)
        .order_by("order_id", "-at", "-pk")
        .distinct("order_id")
        .values_list("order_id", "inputs_digest")
    )
    return dict(rows)


def _write_new_reasons(differing: Sequence[Decided], assessments: dict[int, int]) -> None:
    verdicts = {item.row.order_id: item.verdict for item in differing}
    checks = list(ManualCheck.objects.open().of_orders(verdicts).select_for_update(of=("self",)).order_by("pk"))
    for check in checks:
        check.reasons = list(verdicts[check.order_id].reasons)
        check.assessment_id = assessments[check.order_id]
    ManualCheck.objects.bulk_update(checks, ["reasons", "assessment"])
