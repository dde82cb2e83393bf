"""A mail that went says when whom was told what, so it is not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from badgeportal.outbox.models import OutboxMessage

_BATCH = 5000


def sweep_mails(*, now: datetime) -> int:
    """Delete mails that are over and were written more than OUTBOX_DAYS ago; returns how many."""
    before = now - timedelta(days=settings.OUTBOX_DAYS)
    total = 0
    while deleted := _delete_some(before):
        total += deleted
    return total


@transaction.atomic(durable=True)
def _delete_some(before: datetime) -> int:
    old = list(OutboxMessage.objects.over_since(before).order_by("pk").values_list("pk", flat=True)[:_BATCH])
    return OutboxMessage.objects.over_since(before).filter(pk__in=old).delete()[0]
