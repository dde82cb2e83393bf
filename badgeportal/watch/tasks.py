"""The heartbeat: timetable, broker, worker and database are all needed for it to be noted."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="watch.heartbeat")
def heartbeat() -> None:
    """Do nothing. That it ran is noted like any other sweep, and proves that a worker takes up work."""
