"""Trying a method on the past: from each week that had enough before it, the weeks after it are forecast and compared.

The origin rolls forward week by week, and nothing after it is ever looked at (Hyndman and Athanasopoulos, Forecasting:
principles and practice, section 5.10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from reports.forecast.methods import LEVELS, NoPath, go_on
from reports.forecast.spread import Spread, spread_of
from reports.models.forecast import Method

AHEAD = 12
# Fewer weeks than this give no method a chance; the first third of a history is for learning, and often a rush after a launch.
FIRST_ORIGIN = 4
LEARNS_FROM = 3
# What a method did more than half a year ago says little of what it does now.
MOST_ORIGINS = 26


@dataclass(frozen=True, slots=True)
class Tried:
    """One forecast of the past: made after `origin` weeks, `steps` ahead, with what came. `total`: summed up to there."""

    origin: int
    steps: int
    expected: float
    came: float
    total_expected: float
    total_came: float

    @property
    def error(self) -> float:
        return self.came - self.expected

    @property
    def total_error(self) -> float:
        return self.total_came - self.total_expected


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a method did on the past of one series."""

    method: Method
    tried: tuple[Tried, ...]

    @property
    def mean_error(self) -> float:
        """Mean absolute error, in what the series counts, over every origin and step."""
        return fmean(abs(each.error) for each in self.tried)

    def spread(self) -> Spread | None:
        return spread_of((each.steps, each.error) for each in self.tried)

    def spread_of_totals(self) -> Spread | None:
        """The same for the sum of all weeks up to that step, which is what empties a stock."""
        return spread_of((each.steps, each.total_error) for each in self.tried)

    def covered(self, level: float, *, widened: float = 1.0) -> float | None:
        """The share of the past that fell within intervals made only of what was known at the time; None when too few were."""
        inside = [
            abs(each.error) <= spread.reach(level, each.steps) * widened
            for origin in sorted({each.origin for each in self.tried})
            if (spread := self._spread_known_at(origin)) is not None
            for each in self.tried
            if each.origin == origin
        ]
        return fmean(inside) if inside else None

    def _spread_known_at(self, origin: int) -> Spread | None:
        return spread_of((each.steps, each.error) for each in self.tried if each.origin + each.steps <= origin)


def back_test(
    method: Method,
    history: Sequence[float],
    *,
    ahead: int = AHEAD,
    every: int = 1,
) -> BackTest | None:
    """Try `method` on `history` from each `every`th of the newest origins; None when it failed at any."""
    tried: list[Tried] = []
    first = max(FIRST_ORIGIN, len(history) // LEARNS_FROM, len(history) - MOST_ORIGINS)
    for origin in range(first, len(history), every):
        came = history[origin : origin + ahead]
        try:
            path = go_on(method, history[:origin], len(came))
        except NoPath:
            return None
        tried += _compared(origin, path.expected, came)
    return BackTest(method, tuple(tried)) if tried else None


def coverage(tests: Iterable[BackTest]) -> dict[float, float | None]:
    """The share of all forecasts of `tests` that fell within each of LEVELS."""
    found = list(tests)
    shares = {level: [share for test in found if (share := test.covered(level)) is not None] for level in LEVELS}
    return {level: fmean(each) if each else None for level, each in shares.items()}


def _compared(origin: int, expected: Sequence[float], came: Sequence[float]) -> Iterable[Tried]:
    total_expected = total_came = 0.0
    for number, (value, truth) in enumerate(zip(expected, came, strict=True)):
        total_expected += value
        total_came += truth
        yield Tried(origin, number + 1, value, truth, total_expected, total_came)
