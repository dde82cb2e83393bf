"""Work on uploads: kicked when one is given or confirmed, swept each minute."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from badgeportal.uploads import actions, working


@shared_task(name=actions.WORK)
def work_on_uploads() -> int:
    """Read or load what waits, and what a killed worker left."""
    return working.work_on_uploads(now=timezone.now())


@shared_task(name="uploads.sweep_uploads")
def sweep_uploads() -> int:
    """Delete the files that nobody confirmed, and bytes that should be gone."""
    return actions.sweep_uploads(now=timezone.now())
