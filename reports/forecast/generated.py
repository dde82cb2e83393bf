"""Made-up histories of weeks, to see what each method is worth where the truth is known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

WEEKS = 52


def _steady(week: int) -> float:
    return 3000


def _growing(week: int) -> float:
    return 1500 + 60 * week


def _launch(week: int) -> float:
    """A rush after the launch that fades to what new staff need."""
    return 1800 + 9000 * math.exp(-week / 6)


def _campaign(week: int) -> float:
    """A level that is left for a higher one, for good."""
    return 2500 if week < WEEKS * 0.6 else 4000


def _seasonal(week: int) -> float:
    return 3000 + 900 * math.sin(2 * math.pi * week / 26)


SHAPES: dict[str, Callable[[int], float]] = {
    "steady": _steady,
    "growing": _growing,
    "launch that fades": _launch,
    "campaign": _campaign,
    "ups and downs": _seasonal,
    "wandering": _steady,
}


def history(shape: str, *, seed: int, weeks: int = WEEKS) -> list[float]:
    """Badges of `weeks` weeks of that shape with a tenth of chance on top; the same for the same seed. Raises KeyError."""
    chance = random.Random(f"{shape} {seed}")  # noqa: S311  made-up figures
    level = 1.0
    found: list[float] = []
    for week in range(weeks):
        if shape == "wandering":
            level = max(level + chance.gauss(0, 0.08), 0.2)
        found.append(round(max(SHAPES[shape](week) * level * chance.gauss(1, 0.1), 0.0)))
    return found
