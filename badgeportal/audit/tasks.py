"""The audit record's sweep."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from badgeportal.audit import sweeping


@shared_task(name="audit.sweep_pages_seen")
def sweep_pages_seen() -> int:
    """Delete old notes of pages seen."""
    return sweeping.sweep_pages_seen(now=timezone.now())
