"""Taking a check from the queue for a while, so that two people do not work on the same one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from verification.checking.evidence import Evidence, keep_evidence
from verification.checking.locking import NeedsAnotherPerson, lock_open_check
from verification.kinds import SECOND_PERSON_ASKED
from verification.models import ManualCheck


@transaction.atomic(durable=True)
def claim_check(*, check_id: int, officer: User, now: datetime) -> ManualCheck:
    """Let `officer` hold the check for CLAIM_MINUTES, or hold it longer; returns it.

    Raises what `lock_open_check` raises, and NeedsAnotherPerson when the officer handed it on.
    """
    check = lock_open_check(check_id=check_id, officer=officer, now=now)
    if check.second_person_asked_by_id == officer.pk:
        raise NeedsAnotherPerson
    check.claimed_by = officer
    check.claimed_until = now + timedelta(minutes=settings.CLAIM_MINUTES)
    check.save(update_fields=["claimed_by", "claimed_until"])
    return check


@transaction.atomic(durable=True)
def release_check(*, check_id: int, officer: User, now: datetime) -> None:
    """Put the check that `officer` holds back into the queue; raises what `lock_open_check` raises."""
    _let_go(lock_open_check(check_id=check_id, officer=officer, now=now))


@transaction.atomic(durable=True)
def save_evidence(*, check_id: int, officer: User, evidence: Evidence, now: datetime) -> None:
    """Keep what `officer` found so far, and hold the check for another while; raises what `lock_open_check` raises."""
    check = lock_open_check(check_id=check_id, officer=officer, now=now)
    keep_evidence(check, evidence)
    check.claimed_by = officer
    check.claimed_until = now + timedelta(minutes=settings.CLAIM_MINUTES)
    check.save(update_fields=["claimed_by", "claimed_until"])


@transaction.atomic(durable=True)
def ask_second_person(*, check_id: int, officer: User, evidence: Evidence, now: datetime) -> None:
    """Hand the check on: anybody but `officer` decides it, with what `officer` found in front of them.

    Raises what `lock_open_check` raises; NeedsAnotherPerson when a second person was asked for already, because then
    this is that person and should decide; EvidenceMissing without a note for the colleague.
    """
    check = lock_open_check(check_id=check_id, officer=officer, now=now)
    if check.second_person_asked_by_id is not None:
        raise NeedsAnotherPerson
    evidence.require_note()
    keep_evidence(check, evidence)
    check.second_person_asked_by = officer
    check.save(update_fields=["second_person_asked_by"])
    _let_go(check)
    record(kind=SECOND_PERSON_ASKED, actor=Actor.user(officer), subject=check, now=now, order=check.order_id)


def _let_go(check: ManualCheck) -> None:
    check.claimed_by = None
    check.claimed_until = None
    check.save(update_fields=["claimed_by", "claimed_until"])
