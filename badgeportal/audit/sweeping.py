"""Notes of who was shown which page grow with every look of staff, so they have a period; everything else is kept for good."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from badgeportal.audit.models import AuditEvent

_BATCH = 5000


def sweep_pages_seen(*, now: datetime) -> int:
    """Delete notes of pages seen more than AUDIT_SEEN_DAYS ago; returns how many."""
    before = now - timedelta(days=settings.AUDIT_SEEN_DAYS)
    total = 0
    while deleted := _delete_some(before):
        total += deleted
    return total


@transaction.atomic(durable=True)
def _delete_some(before: datetime) -> int:
    with connection.cursor() as cursor:
        # The record is written once (audit/migrations/0002); its own period is what may end a row of it.
        cursor.execute("SET LOCAL portal.maintenance = 'on'")
    old = AuditEvent.objects.pages_seen_before(before).order_by("kind", "at").values("pk")[:_BATCH]
    return AuditEvent.objects.filter(pk__in=old)._raw_delete(connection.alias) or 0
