"""The tasks of management information."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from reports.dashboard.preparing import PREPARE_DASHBOARD, prepare_dashboard
from reports.snapshots.publishing import PUBLISH_WEEKS, publish_due
from reports.snapshots.sweeping import publish_overdue


@shared_task(name=PUBLISH_WEEKS)
def publish_weeks() -> int:
    """Publish the figures of weeks that are over, and those that a manager asked for."""
    return publish_due(now=timezone.now())


@shared_task(name="reports.publish_missed_weeks")
def publish_missed_weeks() -> int:
    """Find weeks that should have figures and have none, and publish them."""
    return publish_overdue(now=timezone.now())


@shared_task(name=PREPARE_DASHBOARD)
def prepare_dashboard_task() -> int:
    """Compute the forecast of the newest snapshot and draw its charts, where they are missing."""
    return prepare_dashboard(now=timezone.now())
