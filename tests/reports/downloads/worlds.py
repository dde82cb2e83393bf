"""A published snapshot to read and to download, with everything a table can hold, and definitions to go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from reports.measures.catalogue import TABLES
from reports.measures.shapes import TOTAL, Control, Level, Measure, Table, Unit
from reports.models import Cell, PublishedTable, Snapshot
from reports.periods import Period, PeriodKind

WEEK = date(2026, 11, 16)
PUBLISHED_AT = datetime(2026, 11, 23, 4, 10, tzinfo=UTC)
ROUNDED = "Counts are rounded to the nearest 5. Fewer than 8 organisations behind a figure hide it as [c]."
EXACT = "Counts are exact: 8 or more organisations stand behind each of them."

ORDERS = Measure("orders", "Orders", "Orders placed in the period", Unit.ORDERS, "As it stood on the Monday after")
BADGES = Measure("badges", "Badges", "Badges in these orders", Unit.BADGES, "As it stood on the Monday after")
SHARE = Measure(
    "share_matched",
    "Matched without a person",
    "Orders verified without a person, of all decided",
    Unit.PERCENT,
    "When decided",
    Control.RATIO,
)
AGE = Measure(
    "days", "Time to dispatch", "Median days from order to dispatch", Unit.DAYS, "Of the period", Control.TYPICAL
)


def nothing(_: Period) -> Sequence[object]:
    return ()


def a_table(code: str, title: str, rows_title: str, *measures: Measure, level: Level = Level.NATIONAL) -> Table:
    kind = PeriodKind.FOUR_WEEKS if "four" in code else PeriodKind.WEEK
    return Table(code, title, f"What {title.lower()} tells", rows_title, kind, level, measures, nothing)  # type: ignore[arg-type]


DEFINITIONS = (
    a_table("week", "Orders and badges", "England", ORDERS, BADGES),
    a_table("week_by_region", "Orders by region", "Region", ORDERS, BADGES, level=Level.BELOW_NATIONAL),
    a_table("verification", "Verification", "England", SHARE, AGE),
    a_table("four_weeks_by_authority", "Orders by authority", "Local authority", ORDERS, level=Level.BELOW_NATIONAL),
)
# By table: (row, label, figures by measure), a letter where shorthand stands.
Figures = Mapping[str, Sequence[tuple[str, str, dict[str, str]]]]
FIGURES: Figures = {
    "week": [(TOTAL, "Total", {"orders": "12345", "badges": "250000"})],
    "week_by_region": [
        ("E12000001", "North East", {"orders": "15", "badges": "120"}),
        ("E12000007", "London", {"orders": "c", "badges": "c"}),
        # What nobody should ever publish, to see that nothing runs it.
        ("E12000009", '=HYPERLINK("https://example.org","South West")', {"orders": "0", "badges": "0"}),
        ("unknown", "Unknown", {"orders": "10", "badges": "35"}),
        (TOTAL, "Total", {"orders": "12345", "badges": "250000"}),
    ],
    "verification": [(TOTAL, "Total", {"share_matched": "83.5", "hours_to_decide": "x"})],
    "four_weeks_by_authority": [
        *((f"E0700{n:04}", f"District {n}", {"orders": str(5 * n)}) for n in range(2, 30)),
        (TOTAL, "Total", {"orders": "2170"}),
    ],
}


def a_snapshot(week: date = WEEK, *, version: int = 1, **given: object) -> Snapshot:
    """The snapshot of `week` alone, as it is stored once published."""
    fields = {
        "published_at": PUBLISHED_AT,
        "published_by": "system:publish-week",
        "software": "0.1.0 (1a2b3c4)",
        **given,
    }
    return Snapshot.objects.create(week=week, version=version, **fields)  # type: ignore[misc]


def a_withdrawn_snapshot(week: date = WEEK, *, version: int = 1, reason: str = "Stock was counted twice") -> Snapshot:
    return a_snapshot(
        week, version=version, withdrawn_at=timezone.now(), withdrawn_by="user:1", withdrawn_reason=reason
    )


def with_figures(snapshot: Snapshot, figures: Figures = FIGURES) -> Snapshot:
    """The same with four tables: national and exact, by region with a hidden row, a share, and four weeks by authority."""
    for position, (code, rows) in enumerate(figures.items()):
        four = "four" in code
        table = PublishedTable.objects.create(
            snapshot=snapshot,
            code=code,
            position=position,
            period_kind="four_weeks" if four else "week",
            period_starts=snapshot.week - timedelta(weeks=3 if four else 0),
            period_ends=snapshot.week + timedelta(weeks=1),
            rounded_to=5 if "by" in code else 1,
            fewest_organisations=8,
            rule=ROUNDED if "by" in code else EXACT,
        )
        Cell.objects.bulk_create(
            Cell(table=table, position=place, row=row, label=label, measure=measure, **_stored(text))
            for place, (row, label, texts) in enumerate(rows)
            for measure, text in texts.items()
        )
    return snapshot


def a_published_snapshot(week: date = WEEK, *, version: int = 1) -> Snapshot:
    return with_figures(a_snapshot(week, version=version))


def _stored(text: str) -> dict[str, object]:
    return {"value": None, "mark": text} if text.isalpha() else {"value": Decimal(text), "mark": ""}


def with_every_table(snapshot: Snapshot) -> Snapshot:
    """The same with every table that is published today, each with two rows."""
    for position, definition in enumerate(TABLES):
        weeks = definition.period.weeks
        table = PublishedTable.objects.create(
            snapshot=snapshot,
            code=definition.code,
            position=position,
            period_kind=definition.period,
            period_starts=snapshot.week - timedelta(weeks=weeks - 1),
            period_ends=snapshot.week + timedelta(weeks=1),
            rounded_to=5,
            fewest_organisations=8,
            rule=ROUNDED,
        )
        Cell.objects.bulk_create(
            Cell(table=table, position=place, row=row, label=label, measure=measure.code, **_stored(text))
            for place, (row, label, text) in enumerate([("E12000007", "London", "c"), (TOTAL, "Total", "1250")])
            for measure in definition.measures
        )
    return snapshot
