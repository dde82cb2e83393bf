"""A snapshot beside bare SQL aggregates of the same figures.

`.venv/bin/python -m bench.snapshot [--orders 1000000] [--keep] [--rounds 3]`.

Twice: a week and the four weeks that end with it, in a world of so many orders; and all of these orders as if they had been
placed in one period. Bare means one statement for each table, with nothing hidden, rounded or kept.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bench import big_world, world

_WEEKS_BEFORE = 3
_ORGANISATION = "coalesce(nullif(o.provider_id, ''), l.provider_id, nullif(o.organisation_key, ''), o.account_id::text)"
_ORDERS = (
    " FROM orders_order o JOIN accounts_user a ON a.id = o.account_id AND a.restricted_at IS NULL"
    " LEFT JOIN verification_listing l ON l.location_id = o.location_id AND o.location_id <> ''"
    " LEFT JOIN reports_postcodeplace p ON p.postcode = replace(coalesce(l.postcode, o.postcode), ' ', '')"
)
_PLACED = " WHERE o.placed_at >= %(starts)s AND o.placed_at < %(ends)s"
_COUNTED = f"count(*), sum(o.quantity), count(DISTINCT {_ORGANISATION})"
_DECIDED = (
    " LEFT JOIN (SELECT e.order_id, bool_or(e.kind <> 'verify') AS by_person FROM orders_orderevent e"
    " JOIN orders_order o ON o.id = e.order_id" + _PLACED + " AND e.kind IN ('verify', 'approve', 'refuse')"
    " GROUP BY e.order_id) d ON d.order_id = o.id"
)
_EVENTS = (
    " FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id JOIN accounts_user a ON a.id = o.account_id"
    " AND a.restricted_at IS NULL LEFT JOIN verification_listing l ON l.location_id = o.location_id AND o.location_id <> ''"
    " WHERE e.at >= %(starts)s AND e.at < %(ends)s"
)
# By table: one statement that anybody would write for it.
BARE = {
    "week": f"SELECT {_COUNTED}{_ORDERS}{_PLACED}",
    "new accounts": "SELECT count(*) FROM audit_auditevent WHERE kind = 'address_confirmed' AND at >= %(starts)s"
    " AND at < %(ends)s",
    "week_by_region": f"SELECT coalesce(l.region, p.region), {_COUNTED}{_ORDERS}{_PLACED} GROUP BY 1",
    "week_by_type": f"SELECT o.cqc_registered, o.organisation_type, {_COUNTED}{_ORDERS}{_PLACED} GROUP BY 1, 2",
    "week_by_route": f"SELECT o.cqc_registered, d.by_person, {_COUNTED}{_ORDERS}{_DECIDED}{_PLACED} GROUP BY 1, 2",
    "week_by_state": f"SELECT o.state, {_COUNTED}{_ORDERS}{_PLACED} GROUP BY 1",
    "verification": f"SELECT e.kind, count(*), count(DISTINCT {_ORGANISATION}){_EVENTS}"
    " AND e.kind IN ('verify', 'approve', 'refuse') GROUP BY 1",
    "hours_to_decide": "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at) FROM verification_manualcheck"
    " WHERE decision <> '' AND closed_at >= %(starts)s AND closed_at < %(ends)s",
    "queue_length": "SELECT count(*), min(opened_at) FROM verification_manualcheck WHERE opened_at < %(ends)s"
    " AND (closed_at IS NULL OR closed_at >= %(ends)s)",
    "fulfilment": f"SELECT e.kind, count(*), count(DISTINCT {_ORGANISATION}),"
    f" percentile_cont(0.5) WITHIN GROUP (ORDER BY e.at - o.placed_at){_EVENTS}"
    " AND e.kind IN ('dispatch', 'deliver', 'come_back') GROUP BY 1",
    "on_its_way": "SELECT count(*) FROM orders_order WHERE state = 'dispatched'",
    "stock": "SELECT sum(on_hand_change) FILTER (WHERE kind = 'received' AND at >= %(starts)s),"
    " sum(on_hand_change - reserved_change) FROM orders_stockmovement WHERE at < %(ends)s",
    "data_requests": "SELECT count(*) FROM accounts_datarequest WHERE opened_at >= %(starts)s AND opened_at < %(ends)s",
}
BARE_FOUR_WEEKS = {
    "four_weeks_by_authority": f"SELECT coalesce(l.local_authority_code, p.authority), {_COUNTED}{_ORDERS}{_PLACED} GROUP BY 1",
    "refusals_by_reason": f"SELECT o.refusal_reason, count(*), count(DISTINCT {_ORGANISATION}){_EVENTS}"
    " AND e.kind = 'refuse' GROUP BY 1",
    "reach_by_region": "SELECT l.region, count(*), count(o.first) FROM verification_listing l LEFT JOIN"
    " (SELECT location_id, min(placed_at) AS first FROM orders_order WHERE location_id <> '' GROUP BY 1) o"
    " ON o.location_id = l.location_id AND o.first >= %(starts)s AND o.first < %(ends)s WHERE l.status = 'active' GROUP BY 1",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=1_000_000)
    asked.add_argument("--keep", action="store_true", help="measure the world that is there")
    asked.add_argument(
        "--rounds", type=int, default=3, help="of each; with a million in one period a round takes minutes"
    )
    options = asked.parse_args()
    with big_world.servers():
        if not options.keep:
            big_world.build(options.orders)
        _forget_snapshots()
        _know_the_tables()
        print(f"{world.load()}; medians of {options.rounds}, in seconds")
        _a_week(options.rounds)
        _all_in_one_period(options.orders, options.rounds)


def _forget_snapshots() -> None:
    """What was published of another world would bind the figures of this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reports_snapshot CASCADE")


def _know_the_tables() -> None:
    """A world that was kept may have gained columns of which PostgreSQL knows nothing yet, and it would guess at their values."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _a_week(rounds: int) -> None:
    from django.utils import timezone

    from reports.periods import Period, PeriodKind, last_closed_week
    from reports.snapshots.computing import compute, read

    monday = last_closed_week(timezone.now())
    while Period.ending_with_week(monday, PeriodKind.FOUR_WEEKS) is None:
        monday -= timedelta(weeks=1)
    four = Period.ending_with_week(monday, PeriodKind.FOUR_WEEKS)
    # As on any Monday: the weeks before are out, and bind what may be said now.
    for earlier in range(_WEEKS_BEFORE, 0, -1):
        _publish(monday - timedelta(weeks=earlier))
    bare = _median(rounds, lambda: (_bare(BARE, Period.week(monday)), _bare(BARE_FOUR_WEEKS, four)))
    reading = _median(rounds, lambda: _laid_out(lambda: read(monday)))
    whole = _median(rounds, lambda: compute(monday))
    publishing = _once(lambda: _publish(monday))
    print(
        f"a week and four weeks: bare SQL {bare:.2f}, true figures {reading:.2f} ({reading / bare:.1f} times),"
        f" with disclosure control {whole:.2f} ({whole / bare:.1f} times), published {publishing:.2f}"
    )


def _all_in_one_period(orders: int, rounds: int) -> None:
    from django.utils import timezone

    from reports.disclosure.protecting import protect
    from reports.measures.catalogue import TABLES
    from reports.periods import Period, last_closed_week
    from reports.places.areas import areas
    from reports.snapshots.weeks import first_week

    first = first_week()
    assert first is not None
    period = Period(first, last_closed_week(timezone.now()) + timedelta(weeks=2))
    regions = dict(areas().region_of)
    bare = _median(rounds, lambda: (_bare(BARE, period), _bare(BARE_FOUR_WEEKS, period)))
    raw: list[Any] = []

    def figures() -> None:
        raw[:] = [(table, period, list(table.query(period))) for table in TABLES]

    reading = _median(rounds, lambda: _laid_out(figures))
    protecting = _once(lambda: protect(raw, regions=regions))
    whole = reading + protecting
    print(
        f"{orders:,} orders in one period: bare SQL {bare:.2f}, true figures {reading:.2f} ({reading / bare:.1f} times),"
        f" with disclosure control {whole:.2f} ({whole / bare:.1f} times)"
    )


def _publish(monday: date) -> None:
    from django.utils import timezone

    from badgeportal.actor import Actor
    from reports.models import Snapshot
    from reports.snapshots.asking import withdraw_snapshot
    from reports.snapshots.publishing import publish_week

    for before in Snapshot.objects.published().of_week(monday):
        withdraw_snapshot(snapshot_id=before.pk, reason="bench", actor=Actor.system("bench"), now=timezone.now())
    assert publish_week(week=monday, now=timezone.now()) is not None


def _bare(statements: dict[str, str], period: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements.values():
            cursor.execute(statement, {"starts": period.starts_at, "ends": period.ends_at})
            cursor.fetchall()


def _laid_out(work: Callable[[], Any]) -> None:
    from django.db import transaction

    from reports.measures.cohort import laid_out_once

    with transaction.atomic(), laid_out_once():
        work()


def _median(rounds: int, work: Callable[[], Any]) -> float:
    return statistics.median(_once(work) for _ in range(rounds))


def _once(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
