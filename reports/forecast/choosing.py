"""Which method forecasts this series, and how wide its intervals must be: decided by the past, never by taste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from reports.forecast.backtest import AHEAD, BackTest, back_test
from reports.forecast.methods import LEVELS, Path, go_on
from reports.models.forecast import Method, Outcome

# With fewer published weeks there is no forecast; with fewer than ENOUGH the model is not tried. Until LONG the errors seen
# are few and alike, so intervals are wider than they ask for (docs/forecast.md shows what that is worth).
FEWEST_WEEKS = 8
ENOUGH_WEEKS = 16
LONG_WEEKS = 24
# With a larger share of weeks hidden, what stands in their place would decide the forecast.
MOST_HIDDEN = 0.25
SIMPLE = (Method.NAIVE, Method.DRIFT)


@dataclass(frozen=True, slots=True)
class Known:
    """The series to go on with: hidden weeks stand on a straight line between those around them."""

    values: tuple[float, ...]
    hidden: int

    @property
    def shown(self) -> int:
        return len(self.values) - self.hidden


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """Badges expected in a week to come, and the bounds of each of LEVELS as (low, high)."""

    expected: float
    bounds: Mapping[float, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The forecast, or why there is none. `tests` are those of every method that was tried."""

    outcome: Outcome
    known: Known
    chosen: BackTest | None = None
    widened: float = 1.0
    weeks: tuple[WeekAhead, ...] = ()
    tests: Mapping[Method, BackTest] = field(default_factory=dict)


def known_from(values: Sequence[float | None]) -> Known:
    """`values` from the first to the last that is shown, oldest first, with the hidden ones between filled in."""
    shown = [place for place, value in enumerate(values) if value is not None]
    if not shown:
        return Known((), 0)
    filled: list[float] = []
    for before, after in zip(shown, [*shown[1:], None], strict=True):
        start = float(values[before] or 0)
        filled.append(start)
        if after is not None:
            step = (float(values[after] or 0) - start) / (after - before)
            filled += [start + step * (number + 1) for number in range(after - before - 1)]
    # The newest weeks, when hidden: nothing is known but the last one shown.
    filled += [filled[-1]] * (len(values) - 1 - shown[-1])
    return Known(tuple(filled), len(filled) - len(shown))


def decide(values: Sequence[float | None]) -> Verdict:
    """Forecast the weeks after `values` (published badges of each week, oldest first; None is hidden), or decline."""
    known = known_from(values)
    if known.shown < FEWEST_WEEKS:
        return Verdict(Outcome.TOO_SHORT, known)
    if known.hidden > MOST_HIDDEN * len(known.values):
        return Verdict(Outcome.TOO_MANY_HIDDEN, known)
    methods = tuple(Method) if known.shown >= ENOUGH_WEEKS else SIMPLE
    tests = {method: test for method in methods if (test := back_test(method, known.values)) is not None}
    # The first of equals is the simplest: the model is used only when it wins.
    chosen = min(tests.values(), key=lambda test: test.mean_error)
    widened = max(1.0, sqrt(LONG_WEEKS / known.shown))
    return Verdict(
        outcome=_outcome(methods, chosen.method),
        known=known,
        chosen=chosen,
        widened=widened,
        weeks=tuple(_weeks(known.values, chosen, widened)),
        tests=tests,
    )


def _outcome(methods: Sequence[Method], chosen: Method) -> Outcome:
    if Method.ETS not in methods:
        return Outcome.SIMPLE_ONLY
    return Outcome.MODEL_WON if chosen is Method.ETS else Outcome.MODEL_LOST


def _weeks(history: Sequence[float], chosen: BackTest, widened: float) -> list[WeekAhead]:
    path = go_on(chosen.method, history, AHEAD, with_reaches=True)
    reaches = {level: _reaches(path, chosen, level, widened) for level in LEVELS}
    return [
        WeekAhead(
            expected,
            {
                level: (max(expected - reaches[level][number], 0.0), expected + reaches[level][number])
                for level in LEVELS
            },
        )
        for number, expected in enumerate(path.expected)
    ]


def _reaches(path: Path, chosen: BackTest, level: float, widened: float) -> list[float]:
    """Of the past's errors and the model's own, the wider: a model takes its own parameters for certain."""
    spread = chosen.spread()
    seen = [spread.reach(level, number + 1) if spread else 0.0 for number in range(AHEAD)]
    own = path.reaches[level] if path.reaches else [0.0] * AHEAD
    return [max(pair) * widened for pair in zip(seen, own, strict=True)]
