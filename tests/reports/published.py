"""Weeks of published figures for pages that only read: rows as publishing writes them, with values that a test can foresee."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from reports.measures.catalogue import TABLES
from reports.measures.shapes import TOTAL, Table
from reports.models import Cell, PublishedTable, Snapshot
from reports.periods import Period

# The Monday of the newest week, and when its figures were published.
WEEK = date(2026, 11, 16)
REGIONS = {
    "E12000001": ("North East", 5),
    "E12000002": ("North West", 14),
    "E12000003": ("Yorkshire and The Humber", 10),
    "E12000004": ("East Midlands", 9),
    "E12000005": ("West Midlands", 11),
    "E12000006": ("East of England", 12),
    "E12000007": ("London", 13),
    "E12000008": ("South East", 17),
    "E12000009": ("South West", 9),
}
# A figure as printed in a table: a number, or the shorthand without its brackets.
Printed = str | float
Change = Mapping[tuple[int, str, str], Printed]


def weeks_of_figures(
    count: int = 30, *, last: date = WEEK, changed: Change | None = None, left_out: frozenset[int] = frozenset()
) -> Snapshot:
    """`count` weekly snapshots, the newest for `last`, which is returned.

    `changed` sets single figures for England: (weeks before the newest, table, measure). Weeks in `left_out` are not published.
    """
    newest = None
    for back in range(count - 1, -1, -1):
        if back in left_out:
            continue
        number = count - 1 - back
        figures = _figures(number) | {
            (table, measure): value for (weeks, table, measure), value in (changed or {}).items() if weeks == back
        }
        newest = a_week(last - timedelta(weeks=back), figures, regions=lambda share, n=number: _region(share, n))
    assert newest is not None
    return newest


def a_week(
    monday: date,
    figures: Mapping[tuple[str, str], Printed],
    *,
    regions: Callable[[int], Printed] | None = None,
    version: int = 1,
) -> Snapshot:
    """One snapshot with the weekly tables that `figures` has something for."""
    published_at = datetime.combine(monday + timedelta(days=7), time(5, 10), tzinfo=ZoneInfo("Europe/London"))
    snapshot = Snapshot.objects.create(
        week=monday, version=version, published_at=published_at, published_by="system:publish-weeks", software="0.1.0"
    )
    wanted = {table for table, _ in figures} | ({"week_by_region"} if regions else set())
    for position, definition in enumerate(table for table in TABLES if table.code in wanted):
        _a_table(snapshot, position, definition, figures, regions)
    return snapshot


def _a_table(
    snapshot: Snapshot,
    position: int,
    definition: Table,
    figures: Mapping[tuple[str, str], Printed],
    regions: Callable[[int], Printed] | None,
) -> None:
    period = Period.week(snapshot.week)
    below = definition.code == "week_by_region"
    table = PublishedTable.objects.create(
        snapshot=snapshot, code=definition.code, position=position, period_kind="week", period_starts=period.starts,
        period_ends=period.ends, rounded_to=5 if below else 1, fewest_organisations=8, rule="As published.",
    )  # fmt: skip
    cells = [
        (0, TOTAL, "England", measure, value) for (code, measure), value in figures.items() if code == definition.code
    ]
    if below and regions is not None:
        cells += [
            (place, code, label, measure, regions(share) if measure == "badges" else _part(regions(share), part))
            for place, (code, (label, share)) in enumerate(REGIONS.items(), 1)
            for measure, part in (("badges", 1), ("orders", 8), ("organisations", 9))
        ]
    Cell.objects.bulk_create(
        Cell(table=table, position=place, row=row, label=label, measure=measure, **_stored(value))
        for place, row, label, measure, value in cells
    )


def _part(value: Printed, part: int) -> Printed:
    return value if isinstance(value, str) else 5 * round(value / part / 5)


def _stored(printed: Printed) -> dict[str, object]:
    if isinstance(printed, str):
        return {"value": None, "mark": printed}
    return {"value": Decimal(str(printed)).quantize(Decimal("0.01")), "mark": ""}


def _badges(number: int) -> int:
    """A launch that fades to a level, with ups and downs."""
    return round(2400 + 5200 * math.exp(-number / 6) + 320 * math.sin(number * 1.7) + 180 * math.sin(number * 0.6))


def _region(share: int, number: int) -> Printed:
    return 5 * round(_badges(number) * share / 500)


def _figures(number: int) -> dict[tuple[str, str], Printed]:
    badges = _badges(number)
    deliveries = {0: 75000, 14: 40000}
    ordered = sum(_badges(each) for each in range(number + 1))
    available = max(sum(came for week, came in deliveries.items() if week <= number) - ordered, 0)
    return {
        ("week", "orders"): round(badges / 8.3),
        ("week", "badges"): badges,
        ("week", "organisations"): round(badges / 9.1),
        ("week", "accounts"): round(badges / 11),
        ("verification", "decided"): round(badges / 9),
        ("verification", "matched_without_person"): round(badges / 11),
        ("verification", "share_matched"): round(81 + 3 * math.sin(number / 3), 1),
        ("verification", "queue_length"): 5
        * round((40 + 90 * math.exp(-number / 7) + 14 * math.sin(number * 0.9)) / 5),
        ("verification", "queue_oldest_days"): 1,
        ("verification", "hours_to_decide"): round(19 + 16 * math.exp(-number / 8) + 4 * math.sin(number), 1),
        ("fulfilment", "dispatched"): round(badges / 8.6),
        ("fulfilment", "delivered"): round(badges / 8.8),
        ("fulfilment", "returned"): round(badges / 420),
        ("fulfilment", "on_its_way"): round(badges / 20),
        ("fulfilment", "days_to_dispatch"): round(2.1 + 2 * math.exp(-number / 6) + 0.3 * math.sin(number), 1),
        ("fulfilment", "days_to_delivery"): round(4.3 + 2.4 * math.exp(-number / 6) + 0.5 * math.sin(number), 1),
        ("fulfilment", "share_returned"): round(2.1 + 0.4 * math.sin(number), 1),
        ("stock", "received"): deliveries.get(number, 0),
        ("stock", "available"): 1000 * round(available / 1000),
        ("stock", "weeks_of_cover"): round(available / badges, 1),
    }
