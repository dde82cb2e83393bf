"""Rows of a register file that could not be loaded may hold an address, so they are not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from verification.models import FailedRow


@transaction.atomic(durable=True)
def sweep_failed_rows(*, now: datetime) -> int:
    """Delete failed rows of imports that began more than FAILED_ROW_DAYS ago; the imports' counts stay. Returns how many."""
    return FailedRow.objects.read_before(now - timedelta(days=settings.FAILED_ROW_DAYS)).delete()[0]
