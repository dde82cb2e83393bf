"""Complaints about how personal data is used. A person acknowledges, looks into and answers each."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.audit_kinds import COMPLAINT_CHANGED
from accounts.models import Complaint, DataRequest
from accounts.rights.clock import day_of
from accounts.rights.contact import NOBODY, Contact, put_subject
from accounts.rights.history import require_person
from accounts.rights.opening import ReceivedLater
from accounts.rights.telling import COMPLAINT_ACKNOWLEDGED, COMPLAINT_ANSWERED, tell
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.privacy.subject import DataSubject


class ComplaintOver(Exception):
    """The complaint was answered, perhaps by a colleague a moment ago."""


class AcknowledgedAlready(Exception):
    """The person was told already that we have their complaint."""


class NotAcknowledged(Exception):
    """The person is told first that we have their complaint."""


@transaction.atomic
def open_complaint(
    *,
    subject: DataSubject | None,
    channel: DataRequest.Channel | str,
    contact: Contact = NOBODY,
    words: str,
    received_on: date | None = None,
    request_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Write down a complaint of `subject`, reached by `contact` without an account; `request_id` is what it is about.

    Raises NoWayToAnswer, ReceivedLater, and User.DoesNotExist for an account that is anonymised.
    """
    received = received_on or day_of(now)
    if received > day_of(now):
        raise ReceivedLater
    complaint = Complaint(
        channel=channel, words=words, received_on=received, request_id=request_id, opened_at=now, opened_by=str(actor)
    )
    put_subject(complaint, subject, contact)
    complaint.save()
    _note(complaint, "open", actor=actor, now=now, reason=str(channel))
    return complaint


@transaction.atomic
def acknowledge_complaint(*, complaint_id: int, actor: Actor, now: datetime) -> Complaint:
    """Tell the person that we have their complaint; raises ComplaintOver, AcknowledgedAlready, PersonNeeded."""
    require_person(actor)
    complaint = _locked(complaint_id)
    if complaint.acknowledged_on is not None:
        raise AcknowledgedAlready
    complaint.acknowledged_on = day_of(now)
    complaint.save()
    _note(complaint, "acknowledge", actor=actor, now=now)
    tell(complaint, COMPLAINT_ACKNOWLEDGED, now=now)
    return complaint


@transaction.atomic
def record_findings(*, complaint_id: int, findings: str, actor: Actor, now: datetime) -> Complaint:
    """Keep what was found so far; the first time says since when we look into it. Raises ComplaintOver, PersonNeeded."""
    require_person(actor)
    complaint = _locked(complaint_id)
    complaint.findings = findings
    complaint.investigated_from = complaint.investigated_from or day_of(now)
    complaint.save()
    _note(complaint, "look_into", actor=actor, now=now)
    return complaint


@transaction.atomic
def answer_complaint(
    *, complaint_id: int, outcome: Complaint.Outcome | str, answer: str, actor: Actor, now: datetime
) -> Complaint:
    """Tell the person the outcome and close; raises ComplaintOver, NotAcknowledged, PersonNeeded."""
    require_person(actor)
    complaint = _locked(complaint_id)
    if complaint.acknowledged_on is None:
        raise NotAcknowledged
    complaint.outcome = str(outcome)
    complaint.answer = answer
    complaint.closed_at = now
    complaint.closed_by = str(actor)
    complaint.save()
    _note(complaint, "answer", actor=actor, now=now, reason=str(outcome))
    tell(complaint, COMPLAINT_ANSWERED, now=now)
    return complaint


def _locked(complaint_id: int) -> Complaint:
    complaint = Complaint.objects.select_for_update(of=("self",)).select_related("account").get(pk=complaint_id)
    if not complaint.is_open:
        raise ComplaintOver
    return complaint


def _note(complaint: Complaint, change: str, *, actor: Actor, now: datetime, reason: str = "") -> None:
    record(kind=COMPLAINT_CHANGED, actor=actor, subject=complaint, now=now, change=change, reason=reason)
