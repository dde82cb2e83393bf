"""A week that is over has figures by Monday at 9, also when timetable, worker or database were away."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from reports.models import SnapshotRequest
from reports.snapshots.publishing import publish_due
from reports.snapshots.weeks import data_is_destroyed, overdue_weeks

log = structlog.get_logger(__name__)

# A request waits for the worker that was woken; after so long nobody was.
_WAITS_AT_MOST = timedelta(minutes=15)


def publish_overdue(*, now: datetime) -> int:
    """Publish what should have been there by now; returns how many weeks were late, each told in the log as an error."""
    asked = SnapshotRequest.objects.open().asked_before(now - _WAITS_AT_MOST)
    late = {*overdue_weeks(now), *asked.values_list("week", flat=True)}
    # What was asked for and cannot be counted any more is nobody's fault.
    if not late or data_is_destroyed():
        return 0
    log.error("weeks_without_figures", count=len(late))
    publish_due(now=now)
    return len(late)
