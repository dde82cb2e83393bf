"""Computing the forecast of a snapshot, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import structlog
from django.db import transaction

from badgeportal.alone import alone_with
from reports.forecast.choosing import Verdict, WeekAhead, decide
from reports.forecast.stock import RunsOut, runs_out
from reports.measures.shapes import TOTAL
from reports.models import Forecast, ForecastWeek, Snapshot
from reports.models.forecast import Method
from reports.snapshots.reading import Figure, series

log = structlog.get_logger(__name__)

BADGES = ("week", TOTAL, "badges")
STOCK = ("stock", TOTAL, "available")
# As the figures that it rests on: more would look more exact than it is.
_NEAREST = 5


def compute_forecast(*, snapshot: Snapshot, now: datetime) -> Forecast | None:
    """Forecast the weeks after `snapshot` from what had been published up to it, and keep it with the snapshot.

    None when there is one already, or another worker is at it. Rests on published figures alone, so it can tell nothing
    that they do not.
    """
    with alone_with("reports.forecast") as alone:
        if not alone or Forecast.objects.filter(snapshot=snapshot).exists():
            return None
        verdict = decide(published_badges(snapshot))
        found = series([STOCK], since=snapshot.week)[STOCK]
        stock = next((point.figure for point in found if point.period.starts == snapshot.week), Figure(None, "x"))
        return _store(snapshot, verdict, stock, now)


def published_badges(snapshot: Snapshot) -> list[float | None]:
    """Badges of each week from the first published to that of `snapshot`; None where hidden or not published."""
    last = snapshot.week
    points = series([BADGES])[BADGES]
    values = {point.period.starts: point.figure.value for point in points if point.period.starts <= last}
    if not values:
        return []
    first = min(values)
    weeks = [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
    return [None if (value := values.get(week)) is None else float(value) for week in weeks]


@transaction.atomic(durable=True)
def _store(snapshot: Snapshot, verdict: Verdict, stock: Figure, now: datetime) -> Forecast:
    empty = runs_out(verdict, float(stock.value)) if verdict.weeks and stock.value is not None else None
    forecast = Forecast.objects.create(
        snapshot=snapshot,
        computed_at=now,
        outcome=verdict.outcome,
        method=verdict.chosen.method if verdict.chosen else "",
        weeks_known=verdict.known.shown,
        weeks_hidden=verdict.known.hidden,
        widened=Decimal(verdict.widened).quantize(Decimal("0.01")),
        stock=None if stock.value is None else int(stock.value),
        **_errors(verdict),
        **_runs_out(snapshot, empty),
    )
    ForecastWeek.objects.bulk_create(
        ForecastWeek(forecast=forecast, week=_week_ahead(snapshot, number), **_rounded(week))
        for number, week in enumerate(verdict.weeks, 1)
    )
    log.info("forecast_computed", week=snapshot.week.isoformat(), outcome=str(verdict.outcome))
    return forecast


def _errors(verdict: Verdict) -> dict[str, int | None]:
    chosen = verdict.chosen
    errors = {
        f"error_{method.value}": round(test.mean_error) if (test := verdict.tests.get(method)) else None
        for method in Method
    }
    shares = {
        f"covered_{level:.0%}".rstrip("%"): chosen.covered(level, widened=verdict.widened) if chosen else None
        for level in (0.80, 0.95)
    }
    return errors | {name: None if share is None else round(100 * share) for name, share in shares.items()}


def _runs_out(snapshot: Snapshot, empty: RunsOut | None) -> dict[str, date | None]:
    steps = (empty.expected, empty.earliest, empty.latest) if empty else (None, None, None)
    names = ("runs_out", "runs_out_earliest", "runs_out_latest")
    return {name: _week_ahead(snapshot, each) if each else None for name, each in zip(names, steps, strict=True)}


def _week_ahead(snapshot: Snapshot, steps: int) -> date:
    return snapshot.week + timedelta(weeks=steps)


def _rounded(week: WeekAhead) -> dict[str, int]:
    def nearest(value: float) -> int:
        return int(_NEAREST * round(value / _NEAREST))

    low_80, high_80 = week.bounds[0.80]
    low_95, high_95 = week.bounds[0.95]
    return {
        "expected": nearest(week.expected),
        "low_80": nearest(low_80), "high_80": nearest(high_80),
        "low_95": nearest(min(low_95, low_80)), "high_95": nearest(max(high_95, high_80)),
    }  # fmt: skip
