"""Charts of how the service does: the queue and the time to decide, and the time until badges arrive."""

from __future__ import annotations

from decimal import Decimal
from statistics import fmean

from reports.charts.shapes import Drawing, Kind, Panel
from reports.dashboard.chart import Chart, course, gap_notes, newest, over, series_of, source, table_of_weeks
from reports.dashboard.published import Published
from reports.dashboard.wording import number, quantity
from reports.measures.shapes import Unit
from reports.snapshots.reading import Figure

_COMPARED = 4


def queue_and_time(published: Published) -> Chart:
    part = newest(published)
    weeks = published.weeks[part]
    queue, oldest, hours = (
        published.over_weeks("verification", measure)[part]
        for measure in ("queue_length", "queue_oldest_days", "hours_to_decide")
    )
    drawing = Drawing(
        weeks=weeks,
        panels=(
            Panel(Kind.COLUMNS, "Orders waiting at the end of the week", (series_of("Orders waiting", queue),)),
            Panel(Kind.LINES, "Hours until a person decided (median)", (series_of("Hours", hours),)),
        ),
    )
    return Chart(
        code="queue",
        finding=_queue_finding(queue[-1], hours[-1]),
        drawing=drawing,
        alt=(
            f"Column chart and line chart over {over(weeks)}. Orders waiting: {course(weeks, queue, Unit.ORDERS)}. "
            f"Hours until a person decided: {course(weeks, hours, Unit.HOURS)}."
        ),
        source=source(published, "verification"),
        table=table_of_weeks(
            "Queue of checks and time to decide by week",
            weeks,
            [("Orders waiting", queue), ("Oldest, days", oldest), ("Hours to decide", hours)],
        ),
        notes=gap_notes(weeks, hours),
    )


def _queue_finding(queue: Figure, hours: Figure) -> str:
    waiting = {
        None: "The number of orders waiting for a check is hidden",
        Decimal(0): "No order waits for a check",
    }.get(queue.value, f"{number(queue.value or 0)} orders wait for a check")
    if hours.value is None:
        return waiting
    return f"{waiting}, and half of the decisions by a person took {quantity(hours.value, Unit.HOURS)} or less"


def time_to_delivery(published: Published) -> Chart:
    part = newest(published)
    weeks = published.weeks[part]
    dispatch, delivery = (
        published.over_weeks("fulfilment", measure)[part] for measure in ("days_to_dispatch", "days_to_delivery")
    )
    return Chart(
        code="delivery",
        finding=_delivery_finding(published),
        drawing=Drawing(
            weeks=weeks,
            panels=(
                Panel(
                    Kind.LINES,
                    "Days from order (median)",
                    (series_of("To delivery", delivery), series_of("To dispatch", dispatch)),
                ),
            ),
        ),
        alt=(
            f"Line chart over {over(weeks)}. Days from order to delivery: {course(weeks, delivery, Unit.DAYS)}. "
            f"Days from order to dispatch: {course(weeks, dispatch, Unit.DAYS)}."
        ),
        source=source(published, "fulfilment"),
        table=table_of_weeks(
            "Days from order to dispatch and to delivery by week",
            weeks,
            [("To dispatch", dispatch), ("To delivery", delivery),
             ("Returned, %", published.over_weeks("fulfilment", "share_returned")[part])],
        ),
        notes=gap_notes(weeks, delivery),
    )  # fmt: skip


def _delivery_finding(published: Published) -> str:
    now = published.last("fulfilment", "days_to_delivery").value
    before = published.weeks_before("fulfilment", "days_to_delivery", _COMPARED)
    if now is None:
        return "The time from order to delivery is not shown for the week"
    took = f"Half of the parcels delivered arrived within {quantity(now, Unit.DAYS)} of the order"
    if not before:
        return took
    change = now - Decimal(fmean(before))
    if abs(change) < Decimal("0.5"):
        return f"{took}, as in the weeks before"
    return f"{took}, {quantity(abs(change), Unit.DAYS)} {'slower' if change > 0 else 'faster'} than in the weeks before"
