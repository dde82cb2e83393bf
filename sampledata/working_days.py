"""Working days back from today, by the calendar of Monday to Friday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

# How far back the history goes.
HISTORY_DAYS = 84


def moment(day: date, clock: str) -> datetime:
    """The time `clock` on `day`, in this country."""
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


def working_day(now: datetime, ago: int) -> date:
    """The working day that was `ago` (1 or more) working days before today."""
    day = timezone.localdate(now)
    while ago:
        day -= timedelta(days=1)
        ago -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    return next(later for later in days_after(day) if is_working_day(later))


def days_after(day: date) -> Iterator[date]:
    """Every day after `day`, without end."""
    while True:
        day += timedelta(days=1)
        yield day


def past_days(now: datetime) -> Iterator[date]:
    """The days of the history, oldest first; today is none of them."""
    today = timezone.localdate(now)
    return (today - timedelta(days=ago) for ago in range(HISTORY_DAYS, 0, -1))


def working_days_between(earlier: datetime, later: datetime) -> int:
    """How many working days lie after the day of `earlier`, up to and with that of `later`."""
    first, last = timezone.localdate(earlier), timezone.localdate(later)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
