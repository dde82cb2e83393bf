"""The outbox's task: kicked when a mail is queued, and swept each minute."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from badgeportal.outbox import sending, sweeping
from badgeportal.outbox.actions import SEND_PENDING


@shared_task(name=SEND_PENDING)
def send_pending() -> dict[str, int]:
    """Send every mail that is due."""
    return sending.send_pending(now=timezone.now())


@shared_task(name="outbox.sweep_mails")
def sweep_mails() -> int:
    """Delete mails that were over long ago."""
    return sweeping.sweep_mails(now=timezone.now())
