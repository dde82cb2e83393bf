"""Assessment: pulling orders that wait, deciding by the rules, and writing what came out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from badgeportal.actor import Actor
from badgeportal.bulk import insert_rows
from orders.lifecycle import Who
from orders.models import Order
from orders.moves import move_orders
from verification.facts import COLUMNS, OrderRow, limits, read_facts
from verification.models import Assessment, ManualCheck
from verification.rules import Verdict, decide, inputs_digest

ACTOR = Actor.system("assess-orders")
CHUNK = 2000
# Any number will do, as long as nothing else in the portal takes an advisory lock of the same one.
ASSESSMENT_LOCK = 7_201_001

MATCHED = "matched_register"
NO_CHECK_NEEDED = "no_check_needed"


class Counts(NamedTuple):
    """What became of the orders of one run."""

    assessed: int = 0
    verified: int = 0
    to_a_person: int = 0


class Decided(NamedTuple):
    """One order with its verdict and what it rests on."""

    row: OrderRow
    verdict: Verdict
    badges_together: int
    digest: str


def assess_orders(*, now: datetime, limit: int | None = None) -> Counts:
    """Assess the orders that wait, oldest first, up to `limit`, and return how many were verified and put before a person.

    Runs again without harm: an order that was assessed waits no more. Each chunk is one transaction.
    """
    total = Counts()
    while limit is None or total.assessed < limit:
        size = CHUNK if limit is None else min(CHUNK, limit - total.assessed)
        done = _assess_chunk(now=now, size=size)
        total = Counts(*(before + more for before, more in zip(total, done, strict=True)))
        if done.assessed < size:
            break
    return total


@transaction.atomic(durable=True)
def _assess_chunk(*, now: datetime, size: int) -> Counts:
    wait_for_other_assessors()
    rows = take_waiting(size)
    decided = decide_all(rows)
    assessments = write_assessments(decided, now=now)
    return _move(decided, assessments=assessments, now=now)


def wait_for_other_assessors() -> None:
    """Let one assessor work at a time, until the end of the open transaction.

    Two at once each see 20 badges of one organisation, and together pass 40.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASSESSMENT_LOCK])


def take_waiting(size: int) -> list[OrderRow]:
    """Lock and read up to `size` orders that wait, in the order in which they were placed; others' locks are passed by.

    The SELECT stands alone, joined to no UPDATE, so that no plan can run it twice and lock more than its limit.
    """
    waiting = Order.objects.awaiting_assessment().select_for_update(of=("self",), skip_locked=True)
    return [OrderRow(*row) for row in waiting.values_list(*COLUMNS)[:size]]


def decide_all(rows: Sequence[OrderRow]) -> list[Decided]:
    """The verdicts on `rows`, which are in the order in which they were placed."""
    reading = read_facts(rows)
    bounds = limits()
    verified_now: set[int] = set()
    decided = []
    for row in rows:
        facts = reading.facts_of(row, verified_now=verified_now)
        listings = reading.listings_of(row)
        verdict = decide(facts, listings, bounds)
        if not verdict.reasons:
            verified_now.add(row.order_id)
        decided.append(Decided(row, verdict, facts.badges_together, inputs_digest(facts, listings, bounds)))
    return decided


def write_assessments(decided: Sequence[Decided], *, now: datetime) -> dict[int, int]:
    """Keep each attempt as a row; returns the assessment of each order."""
    written = insert_rows(
        Assessment,
        same={"at": now, "actor": str(ACTOR)},
        each={
            "order_id": [item.row.order_id for item in decided],
            "inputs_digest": [item.digest for item in decided],
            "outcome": [item.verdict.outcome.value for item in decided],
            "reasons": [reasons_as_text(item) for item in decided],
            "listing_id": [item.verdict.listing_id for item in decided],
            "badges_together": [item.badges_together for item in decided],
        },
        returning=("order_id", "id"),
    )
    return dict(written)


def open_checks(waiting: Sequence[Decided], *, assessments: dict[int, int], now: datetime) -> None:
    """Put each order of `waiting` into the queue, with why and the assessment that says so."""
    insert_rows(
        ManualCheck,
        same={"opened_at": now},
        each={
            "order_id": [item.row.order_id for item in waiting],
            "assessment_id": [assessments[item.row.order_id] for item in waiting],
            "reasons": [reasons_as_text(item) for item in waiting],
        },
    )


def reasons_as_text(item: Decided) -> str:
    """The reasons as PostgreSQL writes an array; they are plain words."""
    return f"{{{','.join(item.verdict.reasons)}}}"


def _move(decided: Sequence[Decided], *, assessments: dict[int, int], now: datetime) -> Counts:
    verified = [item for item in decided if not item.verdict.reasons]
    for reason, registered in ((MATCHED, True), (NO_CHECK_NEEDED, False)):
        ids = [item.row.order_id for item in verified if item.row.cqc_registered is registered]
        move_orders(move="verify", order_ids=ids, by=Who.SYSTEM, actor=ACTOR, now=now, reason=reason)
    waiting = [item for item in decided if item.verdict.reasons]
    move_orders(
        move="send_to_check",
        order_ids=[item.row.order_id for item in waiting],
        by=Who.SYSTEM,
        actor=ACTOR,
        now=now,
    )
    open_checks(waiting, assessments=assessments, now=now)
    return Counts(assessed=len(decided), verified=len(verified), to_a_person=len(waiting))
