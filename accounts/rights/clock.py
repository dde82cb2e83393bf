"""How long the law gives us to answer a data request, as the ICO counts it. Dates only, all of them Europe/London.

Source of the rules: the ICO's guidance on time limits, and the Data (Use and Access) Act 2025 for the clock that stops.
- The month ends on the corresponding date of the next month; where there is none, on that month's last day.
- It begins when the request is received, also on a Sunday, or once we know who asks where we had to find out.
- A last day at a weekend or on a bank holiday of England moves to the next working day.
- Two further months may be taken for what is complex or numerous, if the person is told within the first.
- While we wait for the person to make clear what they ask for, the clock stands.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
FURTHER_MONTHS = 2
# Our own target is two days before even the shortest month is over; the first reminder leaves a week to it.
REMINDER_DAYS = (21, 28)


class PausedDays(StrEnum):
    """What days of waiting for the person do to the last day."""

    ADDED = "days_added"
    START_MOVED = "start_moved"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood from the day we asked until the day of the answer."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return max((self.end - self.start).days, 0)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time limit of one request, as far as it is known."""

    start: date
    pauses: Sequence[Pause] = ()
    extended: bool = False
    paused_days: PausedDays = PausedDays.ADDED

    @property
    def first_due(self) -> date:
        """The last day of the first month, within which an extension has to be told."""
        return self._due(1)

    @property
    def due(self) -> date:
        """The last day on which the answer is in time."""
        return self._due(1 + FURTHER_MONTHS) if self.extended else self.first_due

    def reminders(self) -> tuple[date, ...]:
        """The days on which staff are reminded: the 21st and the 28th of the month, or as long before a later end."""
        if self.extended:
            return tuple(self.due - timedelta(days=30 - day) for day in REMINDER_DAYS)
        return tuple(self.start + timedelta(days=day + self._waited) for day in REMINDER_DAYS)

    @property
    def _waited(self) -> int:
        return sum(pause.days for pause in self.pauses)

    def _due(self, months: int) -> date:
        waited = timedelta(days=self._waited)
        if self.paused_days == PausedDays.START_MOVED:
            return next_working_day(add_months(self.start + waited, months))
        return next_working_day(add_months(self.start, months) + waited)


def start_of(*, received: date, identity_asked: bool, identity_confirmed: date | None) -> date | None:
    """The day the clock starts; None while we still have to find out who asks."""
    if not identity_asked:
        return received
    return max(received, identity_confirmed) if identity_confirmed else None


def add_months(day: date, months: int) -> date:
    """The corresponding date `months` later, or that month's last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def next_working_day(day: date) -> date:
    """`day`, or the first day after it that is neither at a weekend nor a bank holiday of England."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def day_of(moment: datetime) -> date:
    """The date in London at `moment`: shortly before midnight in summer that is not the date in UTC."""
    return moment.astimezone(LONDON).date()


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    # Worked out from the rules, without a network; one that is proclaimed later comes with a release of the package.
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
