"""The analysts' page from stored snapshots: `.venv/bin/python -m bench.dashboard [--weeks 104] [--rounds 50]`.

Two years of weeks with every table full, through Django's own request handling in one process, and beside it the same figures
read by bare SQL. Fails when the page takes 100 ms or more at the median, or more than 10 statements.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bench import world

NAME = "bench-dashboard"
LIMIT_MS, LIMIT_STATEMENTS = 100, 10
NEWEST = date(2026, 11, 16)
# Rows below the total, in tables that have some.
ROWS = {
    "week_by_region": 10,
    "week_by_type": 10,
    "week_by_route": 5,
    "week_by_state": 8,
    "four_weeks_by_authority": 154,
}
_BARE = (
    "SELECT t.code, c.row, c.measure, t.period_starts, c.value, c.mark FROM reports_cell c"
    " JOIN reports_publishedtable t ON t.id = c.table_id JOIN reports_snapshot s ON s.id = t.snapshot_id"
    " WHERE s.withdrawn_at IS NULL AND c.row = 'total' AND t.code IN ('week', 'verification', 'fulfilment', 'stock')"
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--weeks", type=int, default=104)
    asked.add_argument("--rounds", type=int, default=50)
    chosen = asked.parse_args()
    world.prepare(NAME)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from badgeportal.embedded.services import services
    from badgeportal.embedded.static import bring_static_files_up_to_date

    bring_static_files_up_to_date(world.ROOT, print)
    with services(settings.EMBEDDED_FOLDER, keep=True, say=print):
        call_command("migrate", verbosity=0)
        _build(chosen.weeks)
        held = _measure(chosen.rounds)
        connection.close()
    if not held:
        raise SystemExit("The page does not hold its limits.")


def _build(weeks: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from reports.dashboard.preparing import prepare_dashboard

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reports_snapshot, reports_chartpicture CASCADE")
    for back in range(weeks - 1, -1, -1):
        _publish(NEWEST - timedelta(weeks=back), back)
    started = time.perf_counter()
    made = prepare_dashboard(now=timezone.now())
    print(f"{weeks} weeks published; forecast and charts ({made}) made ready in {time.perf_counter() - started:.1f} s")


def _publish(monday: date, back: int) -> None:
    """One snapshot with every table that ends with this week, each cell a number of its own."""
    from django.utils import timezone

    from reports.measures.catalogue import TABLES
    from reports.models import Cell, PublishedTable, Snapshot
    from reports.periods import Period

    chance = random.Random(back)
    at = timezone.make_aware(datetime.combine(monday + timedelta(days=7), datetime.min.time()))
    snapshot = Snapshot.objects.create(week=monday, published_at=at, published_by="system:bench", software="bench")
    for position, table in enumerate(TABLES):
        period = Period.ending_with_week(monday, table.period)
        if period is None:
            continue
        stored = PublishedTable.objects.create(
            snapshot=snapshot, code=table.code, position=position, period_kind=table.period, period_starts=period.starts,
            period_ends=period.ends, rounded_to=5, fewest_organisations=8, rule="bench",
        )  # fmt: skip
        names = ["total", *(f"row-{number}" for number in range(ROWS.get(table.code, 0)))]
        Cell.objects.bulk_create(
            Cell(table=stored, position=place, row=name, label=name.capitalize(), measure=measure.code,
                 value=chance.randrange(10, 90))
            for place, name in enumerate(names)
            for measure in table.measures
        )  # fmt: skip


def _measure(rounds: int) -> bool:
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from accounts import roles
    from tests.factories.user import StaffFactory

    reader = Client()
    reader.force_login(StaffFactory(role=roles.DHSC_ANALYST, email=f"reader-{time.time_ns()}@dhsc.example"))
    address = reverse("reports")

    def page() -> Any:
        return reader.get(address)

    assert page().status_code == 200
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        size = len(page().content)
    began = time.process_time()
    times = _times(page, rounds)
    processor = 1000 * (time.process_time() - began) / rounds
    bare = _times(_read_bare, rounds)
    median = statistics.median(times)
    print(
        f"{address}: median {median:.1f} ms, 95th percentile {statistics.quantiles(times, n=20)[-1]:.1f} ms,"
        f" {processor:.0f} ms of processor, {len(statements)} statements, {size / 1024:.0f} KB; the same figures by bare SQL"
        f" {statistics.median(bare):.1f} ms; {world.load()}"
    )
    return median < LIMIT_MS and len(statements) <= LIMIT_STATEMENTS


def _read_bare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_BARE)
        cursor.fetchall()


def _times(work: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each of `rounds`."""
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - started))
    return found


if __name__ == "__main__":
    main()
