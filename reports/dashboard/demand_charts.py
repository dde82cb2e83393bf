"""Charts of what was ordered: by week, against the stock, and by region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from statistics import fmean

from reports.charts.shapes import Drawing, Kind, Panel, Series
from reports.dashboard.chart import (
    Chart,
    FigureTable,
    course,
    gap_notes,
    newest,
    over,
    series_of,
    source,
    table_of_weeks,
)
from reports.dashboard.published import Published
from reports.dashboard.wording import day, number, quantity
from reports.measures.shapes import TOTAL, Unit
from reports.snapshots.reading import Figure, Row

# Within so many per cent of the weeks before, nothing has moved.
_STEADY = 5
_COMPARED = 4


def orders_by_week(published: Published) -> Chart:
    part = newest(published)
    weeks = published.weeks[part]
    orders, badges = (published.over_weeks("week", measure)[part] for measure in ("orders", "badges"))
    drawing = Drawing(
        weeks=weeks,
        panels=(
            Panel(Kind.COLUMNS, "Badges ordered in the week", (series_of("Badges", badges),)),
            Panel(Kind.COLUMNS, "Orders placed in the week", (series_of("Orders", orders),)),
        ),
    )
    return Chart(
        code="orders-by-week",
        finding=_moved(published),
        drawing=drawing,
        alt=(
            f"Two column charts over {over(weeks)}. Badges ordered: {course(weeks, badges, Unit.BADGES)}. "
            f"Orders placed: {course(weeks, orders, Unit.ORDERS)}."
        ),
        source=source(published, "week"),
        table=table_of_weeks("Badges and orders by week, England", weeks, [("Badges", badges), ("Orders", orders)]),
        notes=gap_notes(weeks, badges),
    )


def _moved(published: Published) -> str:
    now = published.last("week", "badges").value
    before = published.weeks_before("week", "badges", _COMPARED)
    if now is None:
        return "The badges ordered in the week are hidden"
    if not before or not (usual := Decimal(fmean(before))):
        return f"{number(now)} badges were ordered in the week"
    change = 100 * (now - usual) / usual
    weeks = published.weeks_before_words("week", "badges", _COMPARED)
    span = weeks if len(before) == 1 else f"the mean of {weeks}"
    if abs(change) < _STEADY:
        return f"Badges ordered held steady at {number(now)} in the week"
    # Not that it rose or fell: the week before alone, which stands in the headline, may have been higher or lower.
    beside = "above" if change > 0 else "below"
    return f"{number(now)} badges were ordered in the week, {abs(change):.0f}% {beside} {span}"


def stock_over_weeks(published: Published) -> Chart:
    part = newest(published)
    weeks = published.weeks[part]
    badges = published.over_weeks("week", "badges")
    summed = _summed(badges)[part]
    available = published.over_weeks("stock", "available")[part]
    drawing = Drawing(
        weeks=weeks,
        panels=(
            Panel(
                Kind.LINES, "Badges", (series_of("Ordered so far", summed), series_of("Available", available))
            ),
        ),
    )  # fmt: skip
    hidden = any(figure.value is None for figure in badges)
    return Chart(
        code="stock",
        finding=_left(summed[-1], published, some_hidden=hidden),
        drawing=drawing,
        alt=(
            f"Line chart over {over(weeks)}. Badges ordered so far: {course(weeks, summed, Unit.BADGES)}. "
            f"Badges available: {course(weeks, available, Unit.BADGES)}."
        ),
        source=source(published, "week", "stock"),
        table=table_of_weeks(
            "Badges ordered so far and badges available by week",
            weeks,
            [("Ordered so far", summed), ("Available", available),
             ("Received in the week", published.over_weeks("stock", "received")[part])],
        ),
        notes=[
            "Ordered so far is the sum of the published weeks. Available is rounded more coarsely than other figures.",
            *(["Weeks that are hidden are missing from the sum, so the true sum is higher."] if hidden else []),
        ],
    )  # fmt: skip


def _summed(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The sum of what is published up to each week; a week that is hidden has none, and the next goes on without it."""
    sums = accumulate(figure.value or Decimal(0) for figure in figures)
    return tuple(
        Figure(total) if figure.value is not None else figure for total, figure in zip(sums, figures, strict=True)
    )


def _left(ordered: Figure, published: Published, *, some_hidden: bool) -> str:
    available, cover = (published.last("stock", measure).value for measure in ("available", "weeks_of_cover"))
    least = "At least " if some_hidden else ""
    so_far = f"{least}{number(ordered.value)} badges have been ordered" if ordered.value is not None else ""
    if available is None:
        return f"{so_far}; how many are left is hidden" if so_far else "How many badges are left is hidden"
    lasting = f", enough for {quantity(cover, Unit.WEEKS)}" if cover is not None else ""
    left = f"{number(available)} are left{lasting}"
    return f"{so_far} and {left}" if so_far else f"{number(available)} badges are left{lasting}"


def badges_by_region(published: Published) -> Chart | None:
    """None when the table by region is not in the snapshot."""
    found = published.tables.get("week_by_region")
    rows = [row for row in found.rows if row.code != TOTAL and "badges" in row.figures] if found else []
    if not rows:
        return None
    rows = sorted(rows, key=_most_first)
    shown = series_of("Badges", [row.figures["badges"] for row in rows])
    hidden = sum(row.figures["badges"].mark == "c" for row in rows)
    return Chart(
        code="regions",
        finding=_leading(rows),
        drawing=Drawing(labels=tuple(row.label for row in rows), panels=(_region_panel(shown),)),
        alt="Bar chart of badges ordered in the week by region: "
        + ", ".join(f"{row.label} {row.figures['badges'].text}" for row in rows)
        + ".",
        source=source(published, "week_by_region"),
        table=_region_table(rows, published.snapshot.week),
        notes=[f"{hidden} of {len(rows)} rows are hidden so that nobody can be recognised: marked [c]."]
        if hidden
        else [],
    )


def _region_panel(shown: Series) -> Panel:
    return Panel(Kind.BARS, "Badges ordered in the week", (shown,))


def _region_table(rows: Sequence[Row], week: date) -> FigureTable:
    measures = [measure for measure in ("badges", "orders", "organisations") if measure in rows[0].figures]
    return FigureTable(
        f"Badges, orders and organisations by region, week beginning {day(week)}",
        ["Region", *(measure.capitalize() for measure in measures)],
        [(row.label, [row.figures[measure].text for measure in measures]) for row in rows],
    )


def _most_first(row: Row) -> tuple[bool, Decimal]:
    value = row.figures["badges"].value
    return (value is None, -(value or Decimal(0)))


def _leading(rows: Sequence[Row]) -> str:
    # Nobody can go to the unknown.
    places = [row for row in rows if row.code != "unknown" and row.figures["badges"].value]
    if not places:
        return "No region shows a figure for the week"
    first, *others = places
    most = first.figures["badges"].value
    if others and others[0].figures["badges"].value == most:
        return f"{first.label} and {others[0].label} ordered the most badges in the week, {number(most or 0)} each"
    return f"{first.label} ordered the most badges in the week, {number(most or 0)}"
