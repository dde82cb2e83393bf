"""The only periods that management information knows: weeks and four weeks, which never overlap.

A figure belongs to exactly one period, so nobody can learn something by taking one period from another that is nearly the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models

LONDON = ZoneInfo("Europe/London")
# A Monday. Four-week periods are counted from it, for ever.
FIRST_MONDAY = date(2024, 1, 1)


class PeriodKind(models.TextChoices):
    WEEK = "week", "a week"
    FOUR_WEEKS = "four_weeks", "four weeks"

    @property
    def weeks(self) -> int:
        return 1 if self is PeriodKind.WEEK else 4


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole weeks from a Monday 00:00 to another Monday 00:00, Europe/London; the end is not part of it."""

    starts: date
    ends: date

    def __post_init__(self) -> None:
        if self.starts.weekday() or self.ends.weekday() or self.ends <= self.starts:
            raise ValueError("A period runs from a Monday to a later Monday.")

    @classmethod
    def week(cls, monday: date) -> Self:
        return cls(monday, monday + timedelta(weeks=1))

    @classmethod
    def ending_with_week(cls, monday: date, kind: PeriodKind) -> Self | None:
        """The period of `kind` that ends together with the week of `monday`; None when none does."""
        ends = monday + timedelta(weeks=1)
        if (ends - FIRST_MONDAY).days // 7 % kind.weeks:
            return None
        return cls(ends - timedelta(weeks=kind.weeks), ends)

    @property
    def starts_at(self) -> datetime:
        """The first moment, as UTC."""
        return _midnight(self.starts)

    @property
    def ends_at(self) -> datetime:
        """The first moment after it, as UTC."""
        return _midnight(self.ends)

    @property
    def last_day(self) -> date:
        return self.ends - timedelta(days=1)


def last_closed_week(now: datetime) -> date:
    """The Monday of the newest week that is over in London."""
    today = now.astimezone(LONDON).date()
    return today - timedelta(days=today.weekday(), weeks=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)
