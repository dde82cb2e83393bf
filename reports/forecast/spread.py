"""How far weeks may lie from what is expected, learned from how far they lay in the past. Assumes no shape of the errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log
from statistics import fmean

# A level holds its own for few errors: the next larger one counts (as in conformal prediction).
_FEWEST_ERRORS = 6
# How fast errors grow with the distance: from not at all to evenly with it. Without enough to see it, as a random walk's.
_SLOWEST, _FASTEST, _UNKNOWN = 0.0, 1.0, 0.5


@dataclass(frozen=True, slots=True)
class Spread:
    """`sizes`: errors without sign, smallest first, each brought back to one step ahead; they grow with steps ** `growth`."""

    sizes: tuple[float, ...]
    growth: float

    def reach(self, level: float, steps: int) -> float:
        """So far to either side of what is expected `steps` ahead lies a share of `level` of the errors."""
        rank = min(ceil((len(self.sizes) + 1) * level), len(self.sizes))
        return float(self.sizes[rank - 1] * steps**self.growth)


def spread_of(errors: Iterable[tuple[int, float]]) -> Spread | None:
    """From (steps ahead, error) of the past; None when there are too few to say anything."""
    by_steps: dict[int, list[float]] = defaultdict(list)
    for steps, error in errors:
        by_steps[steps].append(abs(error))
    if sum(map(len, by_steps.values())) < _FEWEST_ERRORS:
        return None
    growth = _growth(by_steps)
    sizes = sorted(size / steps**growth for steps, sizes in by_steps.items() for size in sizes)
    return Spread(tuple(sizes), growth)


def _growth(by_steps: dict[int, list[float]]) -> float:
    """The slope of mean error against distance, both as logarithms; each distance counts as often as it was tried."""
    seen = [(log(steps), log(mean), len(sizes)) for steps, sizes in by_steps.items() if (mean := fmean(sizes)) > 0]
    weight = sum(count for _, _, count in seen)
    if len(seen) < 3 or weight < 4 * _FEWEST_ERRORS:
        return _UNKNOWN
    middle = sum(x * count for x, _, count in seen) / weight
    level = sum(y * count for _, y, count in seen) / weight
    across = sum(count * (x - middle) ** 2 for x, _, count in seen)
    slope = sum(count * (x - middle) * (y - level) for x, y, count in seen) / across
    return min(max(slope, _SLOWEST), _FASTEST)
