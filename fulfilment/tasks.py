"""Background work of this room. Batches are made by people, or by `create_batch` on a timetable of the warehouse's own."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from fulfilment.tracking.sweeping import sweep_tracking_problems


@shared_task(name="fulfilment.sweep_tracking_problems")
def sweep_tracking_problems_task() -> int:
    """Delete what could not be read in old tracking files."""
    return sweep_tracking_problems(now=timezone.now())
