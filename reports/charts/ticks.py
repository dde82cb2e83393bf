"""The words below an axis of weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def month_ticks(weeks: Sequence[date], most: int) -> list[tuple[int, str]]:
    """Places on the axis of weeks, and the words there: the first week of a month, with the year where it begins."""
    firsts = [place for place, week in enumerate(weeks) if not place or week.month != weeks[place - 1].month]
    # A first part of a month would stand on top of the next.
    if len(firsts) > 1 and firsts[1] - firsts[0] < 3:
        firsts = firsts[1:]
    every = -(-len(firsts) // most)
    shown = firsts[::every]
    return [
        (place, _month(weeks, place, with_year=place == shown[0] or _new_year(weeks, shown, place))) for place in shown
    ]


def _new_year(weeks: Sequence[date], shown: Sequence[int], place: int) -> bool:
    before = shown[shown.index(place) - 1]
    return weeks[before].year != weeks[place].year


def _month(weeks: Sequence[date], place: int, *, with_year: bool) -> str:
    return f"{weeks[place]:%b}\n{weeks[place]:%Y}" if with_year else f"{weeks[place]:%b}"
