"""When the stock runs out, if nothing comes from the maker meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from reports.forecast.choosing import Verdict

# The range is that of 80 in 100: one that holds nearly always would say nearly nothing.
LEVEL = 0.80


@dataclass(frozen=True, slots=True)
class RunsOut:
    """The number of the week ahead, from 1, in which what is left is ordered; None: not within the weeks forecast."""

    expected: int | None
    earliest: int | None
    latest: int | None


def runs_out(verdict: Verdict, available: float) -> RunsOut:
    """When badges ordered reach `available`. The range rests on how far sums of weeks, not single weeks, were missed before."""
    totals = list(accumulate(week.expected for week in verdict.weeks))
    spread = verdict.chosen.spread_of_totals() if verdict.chosen else None

    def reach(steps: int) -> float:
        return spread.reach(LEVEL, steps) * verdict.widened if spread else 0.0

    def first(total: Callable[[int, float], float]) -> int | None:
        reached = (steps for steps, each in enumerate(totals, 1) if total(steps, each) >= available)
        return next(reached, None)

    return RunsOut(
        expected=first(lambda _, each: each),
        earliest=first(lambda steps, each: each + reach(steps)),
        latest=first(lambda steps, each: each - reach(steps)),
    )
