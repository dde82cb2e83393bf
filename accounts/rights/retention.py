"""What was typed about people who have no account goes some time after the end; that they asked and were answered stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Complaint, DataRequest, RequestPause

_EMPTY = {
    "contact_name": "", "contact_email": "", "contact_address": "", "listed_email": "", "order_ids": [], "words": "",
    "answer": "",
}  # fmt: skip


def blank_contacts(*, now: datetime) -> dict[str, int]:
    """Blank what was typed about people without an account REQUEST_CONTACT_DAYS after the end; returns how many rows."""
    before = now - timedelta(days=settings.REQUEST_CONTACT_DAYS)
    over = Q(account__isnull=True, closed_at__lt=before)
    # Whoever limits the use of their data must hear of it before that ends.
    still = Q(limited_at__isnull=True)
    with transaction.atomic(durable=True):
        questions = RequestPause.objects.filter(request__account__isnull=True, request__closed_at__lt=before)
        questions.exclude(question="").update(question="")
        complaints = _blank(Complaint.objects.filter(over), _EMPTY | {"findings": ""})
        requests = _blank(DataRequest.objects.filter(over, still), _EMPTY | {"extension_text": ""})
    return {"data requests": requests, "complaints": complaints}


def _blank(over: QuerySet[Any], empty: Mapping[str, Any]) -> int:
    # Rows that are blank already are left alone, so that the count says what went.
    return over.exclude(**empty).update(**empty)
