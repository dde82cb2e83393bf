"""Deciding a check. Only a person does, once, and the order moves in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from orders.correcting import address_version
from orders.lifecycle import Who
from orders.moves import move_order
from verification.checking.evidence import Evidence, keep_evidence
from verification.checking.locking import AddressChanged, NeedsAnotherPerson, lock_open_check
from verification.kinds import CHECK_DECIDED
from verification.models import ManualCheck, RefusalReason


@transaction.atomic(durable=True)
def approve_check(
    *, check_id: int, officer: User, evidence: Evidence, now: datetime, address_seen: int | None = None
) -> ManualCheck:
    """Approve the order of the check; it moves on to be packed, and counting together starts afresh.

    `address_seen` is `orders.correcting.address_version` of the order as the officer was shown it. Raises AddressChanged when
    the provider has changed it since, EvidenceMissing, NeedsAnotherPerson and what `lock_open_check` raises; then nothing is
    written.
    """
    check = _lock(check_id=check_id, officer=officer, now=now)
    if address_seen is not None and address_seen != address_version(check.order):
        raise AddressChanged
    evidence.require_for_approval(phone_given=bool(check.order.phone))
    keep_evidence(check, evidence)
    _close(check, decision=ManualCheck.Decision.APPROVED, officer=officer, now=now)
    move_order(move="approve", order=check.order, by=Who.STAFF, actor=Actor.user(officer), now=now)
    return check


@transaction.atomic(durable=True)
def refuse_check(
    *, check_id: int, officer: User, reason: RefusalReason, evidence: Evidence, now: datetime
) -> ManualCheck:
    """Refuse the order of the check for `reason`, which the provider is told in words written for them.

    Its badges are free again. Raises EvidenceMissing without a note, NeedsAnotherPerson, and what `lock_open_check` raises;
    then nothing is written.
    """
    check = _lock(check_id=check_id, officer=officer, now=now)
    evidence.require_note()
    keep_evidence(check, evidence)
    check.refusal_reason = reason
    _close(check, decision=ManualCheck.Decision.REFUSED, officer=officer, now=now)
    move_order(
        move="refuse",
        order=check.order,
        by=Who.STAFF,
        actor=Actor.user(officer),
        now=now,
        reason=reason,
        changes={"refused_by": officer, "refusal_reason": reason, "hold": "", "held_at": None},
    )
    return check


def _lock(*, check_id: int, officer: User, now: datetime) -> ManualCheck:
    check = lock_open_check(check_id=check_id, officer=officer, now=now)
    if check.second_person_asked_by_id == officer.pk:
        raise NeedsAnotherPerson
    return check


def _close(check: ManualCheck, *, decision: ManualCheck.Decision, officer: User, now: datetime) -> None:
    check.decision = decision
    check.decided_by = officer
    check.closed_at = now
    # The claim ends with the check: nobody holds what is closed.
    check.claimed_by = None
    check.claimed_until = None
    check.save(update_fields=["decision", "refusal_reason", "decided_by", "closed_at", "claimed_by", "claimed_until"])
    record(
        kind=CHECK_DECIDED,
        actor=Actor.user(officer),
        subject=check,
        now=now,
        decision=str(decision),
        refusal_reason=str(check.refusal_reason),
        order=check.order_id,
    )
