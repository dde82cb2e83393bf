"""Everything the page is made of, read in a few statements: the newest snapshot, and its figures over the weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reports.measures.catalogue import table
from reports.measures.shapes import TOTAL, Measure
from reports.models import Forecast, ForecastWeek, PublishedTable, Snapshot
from reports.snapshots.reading import Figure, PublishedRows, latest_snapshot, series, some_tables_of

# (table, measure) of the figures for England that are followed over the weeks.
FOLLOWED = (
    *(("week", measure) for measure in ("orders", "badges", "organisations", "accounts")),
    *(
        ("verification", measure)
        for measure in ("share_matched", "queue_length", "queue_oldest_days", "hours_to_decide")
    ),
    *(("fulfilment", measure) for measure in ("days_to_dispatch", "days_to_delivery", "share_returned", "on_its_way")),
    *(("stock", measure) for measure in ("received", "available", "weeks_of_cover")),
)
TABLES = ("week", "week_by_region", "verification", "fulfilment", "stock")
NOT_PUBLISHED = Figure(None, "x")


@dataclass(frozen=True, slots=True)
class Published:
    """`weeks` are all Mondays from the first published week to the snapshot's; `figures` has one figure for each of them."""

    snapshot: Snapshot
    weeks: tuple[date, ...]
    figures: dict[tuple[str, str], tuple[Figure, ...]]
    tables: dict[str, PublishedRows]
    forecast: Forecast | None
    forecast_weeks: tuple[ForecastWeek, ...]

    def over_weeks(self, code: str, measure: str) -> tuple[Figure, ...]:
        return self.figures[code, measure]

    def last(self, code: str, measure: str) -> Figure:
        """The figure of the snapshot's own week."""
        return self.figures[code, measure][-1]

    def week_before(self, code: str, measure: str) -> Figure:
        return self.figures[code, measure][-2] if len(self.weeks) > 1 else NOT_PUBLISHED

    def weeks_before(self, code: str, measure: str, count: int) -> list[Decimal]:
        """What is shown of the `count` weeks before the snapshot's, oldest first."""
        earlier = self.figures[code, measure][-1 - count : -1]
        return [figure.value for figure in earlier if figure.value is not None]

    def weeks_before_words(self, code: str, measure: str, count: int) -> str:
        """What those are called: `the 4 weeks before`, or `3 of the 4 weeks before` when one is hidden."""
        shown, all_weeks = len(self.weeks_before(code, measure, count)), min(count, len(self.weeks) - 1)
        if shown < all_weeks:
            return f"{shown} of the {all_weeks} weeks before"
        return "the week before" if shown == 1 else f"the {shown} weeks before"

    def table(self, code: str) -> PublishedTable | None:
        return self.tables[code].table if code in self.tables else None


def read_published() -> Published | None:
    """What the page shows now; None while nothing is published."""
    snapshot = latest_snapshot()
    if snapshot is None:
        return None
    found = series([(code, TOTAL, measure) for code, measure in FOLLOWED])
    starts = [point.period.starts for points in found.values() for point in points]
    first = min([*starts, snapshot.week])
    weeks = tuple(first + timedelta(weeks=number) for number in range((snapshot.week - first).days // 7 + 1))
    forecast: Forecast | None = getattr(snapshot, "forecast", None)
    return Published(
        snapshot=snapshot,
        weeks=weeks,
        figures={
            (code, measure): _in_order(weeks, {point.period.starts: point.figure for point in points})
            for (code, _, measure), points in found.items()
        },
        tables=some_tables_of(snapshot, TABLES),
        forecast=forecast,
        forecast_weeks=tuple(forecast.weeks.all()) if forecast is not None else (),
    )


def definition(code: str, measure: str) -> Measure:
    """What is measured, as the workbook and the notes define it. Raises KeyError."""
    return table(code).measure(measure)


def _in_order(weeks: tuple[date, ...], figures: dict[date, Figure]) -> tuple[Figure, ...]:
    return tuple(figures.get(week, NOT_PUBLISHED) for week in weeks)
