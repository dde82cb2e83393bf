"""Reminders to staff before the law's time is over. A reminder names the record and nothing of the person.

They go to customer service's own mailbox, once for each step. The step is kept on the row, which is locked, so that two
sweeps at once send one mail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Breach, Complaint, DataRequest
from accounts.models.breach import HOURS_TO_REPORT
from accounts.rights.clock import REMINDER_DAYS, day_of
from accounts.rights.history import clock_of, note
from badgeportal.actor import Actor
from badgeportal.outbox.actions import queue_mail
from badgeportal.outbox.letters import Letter, register

BREACH_HOURS = (timedelta(hours=48), HOURS_TO_REPORT)
_JOB = Actor.system("remind-about-rights")


def remind_staff(*, now: datetime) -> dict[str, int]:
    """Remind of every request, complaint and breach that has come to its next step; returns how many of each."""
    return {
        "data requests": _remind(DataRequest.objects.running(), request_step, REQUEST_REMINDER, now),
        "complaints": _remind(Complaint.objects.unacknowledged(), complaint_step, COMPLAINT_REMINDER, now),
        "breaches": _remind(Breach.objects.to_report(), breach_step, BREACH_REMINDER, now),
    }


def request_step(request: DataRequest, now: datetime) -> int:
    """How many reminders are due by now: after 21 days, after 28, and once the last day has passed."""
    clock = clock_of(request)
    if clock is None:
        return 0
    today = day_of(now)
    return sum(today >= day for day in clock.reminders()) + (today > clock.due)


def complaint_step(complaint: Complaint, now: datetime) -> int:
    today = day_of(now)
    passed = sum(today >= complaint.received_on + timedelta(days=days) for days in REMINDER_DAYS)
    return passed + (today > complaint.acknowledge_by)


def breach_step(breach: Breach, now: datetime) -> int:
    return sum(now >= breach.noticed_at + hours for hours in BREACH_HOURS)


def _remind(waiting: models.QuerySet[Any], step_of: Callable[[Any, datetime], int], mail: str, now: datetime) -> int:
    reminded = []
    with transaction.atomic(durable=True):
        for row in waiting.select_for_update(skip_locked=True, of=("self",)):
            step = step_of(row, now)
            if step > row.reminders:
                row.reminders = step
                row.save(update_fields=["reminders"])
                reminded.append(row.pk)
                if isinstance(row, DataRequest):
                    note(row, "remind", reason=str(step), actor=_JOB, now=now)
        queue_mail(template=mail, subject_type=waiting.model._meta.label_lower, subject_ids=reminded, now=now)
    return len(reminded)


def _request_words(request: DataRequest) -> dict[str, Any]:
    return {"due_on": request.due_on, "overdue": bool(request.due_on and day_of(timezone.now()) > request.due_on)}


def _complaint_words(complaint: Complaint) -> dict[str, Any]:
    by = complaint.acknowledge_by
    return {"acknowledge_by": by, "overdue": day_of(timezone.now()) > by}


def _breach_words(breach: Breach) -> dict[str, Any]:
    return {"report_by": breach.report_by, "overdue": timezone.now() >= breach.report_by}


def _letters(
    waiting: Callable[[], models.QuerySet[Any]], words: Callable[[Any], dict[str, Any]]
) -> Callable[[Sequence[int]], dict[int, Letter]]:
    """Letters to customer service about those of the records that still wait when the mail goes."""

    def resolve(numbers: Sequence[int]) -> dict[int, Letter]:
        return {row.pk: _letter(row, words(row)) for row in waiting().filter(pk__in=numbers)}

    return resolve


def _letter(row: models.Model, words: dict[str, Any]) -> Letter:
    page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    context = words | {"reference": str(row), "link": settings.PUBLIC_URL + page}
    return Letter(to=settings.CUSTOMER_SERVICE_EMAIL, context=context)


REQUEST_REMINDER = register(
    "data_request_reminder", resolve=_letters(lambda: DataRequest.objects.running(), _request_words)
)
COMPLAINT_REMINDER = register(
    "data_complaint_reminder", resolve=_letters(lambda: Complaint.objects.unacknowledged(), _complaint_words)
)
BREACH_REMINDER = register("breach_reminder", resolve=_letters(lambda: Breach.objects.to_report(), _breach_words))
