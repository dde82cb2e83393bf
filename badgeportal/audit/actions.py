"""Writing the audit record, always in the transaction of the change it tells of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction

from badgeportal.actor import Actor
from badgeportal.audit.kinds import PERSONAL_PAGE_SEEN, check
from badgeportal.audit.models import AuditEvent


def record(*, kind: str, actor: Actor, subject: models.Model, now: datetime, **details: object) -> AuditEvent:
    """Write one event of `kind` about `subject`; raises ValueError for an undeclared kind or detail.

    Raises RuntimeError outside a transaction: the event stands or falls with what it tells of.
    """
    _require_transaction()
    check(kind, details)
    return AuditEvent.objects.create(
        at=now,
        kind=kind,
        actor=str(actor),
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        details=details,
    )


def record_many(*, kind: str, actor: Actor, subjects: Iterable[models.Model], now: datetime, **details: object) -> int:
    """Write the same event about each of `subjects` in one statement; returns how many."""
    _require_transaction()
    check(kind, details)
    rows = [
        AuditEvent(
            at=now,
            kind=kind,
            actor=str(actor),
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            details=details,
        )
        for subject in subjects
    ]
    return len(AuditEvent.objects.bulk_create(rows))


def record_personal_page_seen(*, actor: Actor, subjects: Iterable[models.Model], page: str, now: datetime) -> None:
    """Note that a member of staff was shown personal data about `subjects` on the page named `page`.

    The page is shown only if this row was written: the brief promises that access can be accounted for. A list of a hundred
    people is one row with a hundred numbers (one for each kind of record), found by `AuditEvent.objects.seen`.
    """
    shown: dict[str, dict[str, None]] = defaultdict(dict)
    for subject in subjects:
        shown[subject._meta.label_lower][str(subject.pk)] = None
    rows = [_seen(actor, label, list(ids), page, now) for label, ids in shown.items()]
    with transaction.atomic():
        AuditEvent.objects.bulk_create(rows)


def _seen(actor: Actor, label: str, ids: list[str], page: str, now: datetime) -> AuditEvent:
    details: dict[str, object] = {"page": page} if len(ids) == 1 else {"page": page, "ids": ids}
    check(PERSONAL_PAGE_SEEN, details)
    return AuditEvent(
        at=now,
        kind=PERSONAL_PAGE_SEEN,
        actor=str(actor),
        subject_type=label,
        subject_id=ids[0] if len(ids) == 1 else "",
        details=details,
    )


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An audit event belongs to the transaction of the change that it tells of.")
