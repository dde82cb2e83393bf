"""Rows of tracking files that could not be read may hold what a driver wrote, so they are not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from fulfilment.models import TrackingRow

log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def sweep_tracking_problems(*, now: datetime) -> int:
    """Delete problem rows of files read in more than TRACKING_PROBLEM_DAYS ago; the files' counts stay. Returns how many."""
    before = now - timedelta(days=settings.TRACKING_PROBLEM_DAYS)
    deleted = TrackingRow.objects.older_than(before).delete()[0]
    log.info("tracking_problems_swept", deleted=deleted)
    return deleted
