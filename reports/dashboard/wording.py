"""Figures, weeks and changes in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from badgeportal.govuk.templatetags.govuk import gov_date
from reports.measures.shapes import Unit
from reports.models.snapshot import Mark
from reports.snapshots.reading import Figure

# After a figure, where the heading does not say it.
_AFTER = {
    Unit.PERCENT: ("%", "%"),
    Unit.DAYS: (" day", " days"),
    Unit.HOURS: (" hour", " hours"),
    Unit.WEEKS: (" week", " weeks"),
}
# What a difference of a percentage is called; the difference of a time keeps its unit.
_DIFFERENCE = {**_AFTER, Unit.PERCENT: (" percentage point", " percentage points")}
_LONG = {Unit.DAYS, Unit.HOURS, Unit.WEEKS}
_WITHOUT = {
    Mark.CONFIDENTIAL: "It is hidden so that nobody can be recognised.",
    Mark.NOT_AVAILABLE: "There is no figure for the week.",
    Mark.NOT_APPLICABLE: "There was nothing to measure.",
}


def number(value: Decimal | float) -> str:
    """Thousands with commas; a fraction keeps one decimal."""
    exact = Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,}"


def quantity(value: Decimal | float, unit: Unit) -> str:
    """Such as `1,200`, `83.5%` or `3 days`: counts stand without their unit."""
    one, many = _AFTER.get(unit, ("", ""))
    return number(value) + (one if value == 1 else many)


def figure_words(figure: Figure, unit: Unit) -> str:
    """The same for a published figure; its shorthand in square brackets when it is hidden."""
    return figure.text if figure.value is None else quantity(figure.value, unit)


def change_words(now: Figure, before: Figure, unit: Unit) -> str:
    """How the figure differs from that of the week before. Says nothing of the change when either is hidden."""
    if now.value is None:
        return _WITHOUT[Mark(now.mark)]
    if before.value is None:
        return "The week before is hidden, so no change is shown." if before.mark == Mark.CONFIDENTIAL else ""
    change = now.value - before.value
    if not change:
        return "The same as the week before"
    one, many = _DIFFERENCE.get(unit, ("", ""))
    words = number(abs(change)) + (one if abs(change) == 1 else many)
    direction = _direction(unit, up=change > 0)
    share = _share(change, before.value) if unit not in _DIFFERENCE else ""
    return f"{words} {direction} than the week before{share}"


def _direction(unit: Unit, *, up: bool) -> str:
    if unit is Unit.PERCENT:
        return "higher" if up else "lower"
    if unit in _LONG:
        return "longer" if up else "shorter"
    return "more" if up else "fewer"


def _share(change: Decimal, before: Decimal) -> str:
    if not before:
        return ""
    share = (100 * abs(change) / before).quantize(Decimal(1), ROUND_HALF_UP)
    return f" ({'up' if change > 0 else 'down'} {share}%)" if share else ""


# A page names each week several times, and every page the same weeks.
@lru_cache(maxsize=1024)
def day(at: date) -> str:
    """`16 November 2026`."""
    return gov_date(at)


def week_of(monday: date) -> str:
    return f"the week of {day(monday)}"


def days_of(monday: date) -> str:
    """`16 to 22 November 2026`, with as much of the first date as differs."""
    last = monday + timedelta(days=6)
    if monday.year != last.year:
        return f"{day(monday)} to {day(last)}"
    first = f"{monday.day} {monday:%B}" if monday.month != last.month else str(monday.day)
    return f"{first} to {day(last)}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""
