"""Management information of the twelve weeks, published by the job that publishes it, each week on its Monday."""

from __future__ import annotations

from datetime import datetime, timedelta

from reports.periods import Period
from reports.snapshots.publishing import publish_week
from reports.snapshots.weeks import closed_weeks

# As the timetable has it: Monday at five past five.
_AFTER_MIDNIGHT = timedelta(hours=5, minutes=5)


def publish_history(*, now: datetime) -> int:
    """Publish every week that is over by `now`, oldest first; returns how many. What is counted is as it was then."""
    published = [
        publish_week(week=week, now=min(Period.week(week).ends_at + _AFTER_MIDNIGHT, now)) for week in closed_weeks(now)
    ]
    return sum(snapshot is not None for snapshot in published)
