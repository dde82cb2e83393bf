"""Queueing mail, in the transaction of what the mail tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from badgeportal.bulk import insert_rows
from badgeportal.kick import kick
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sealing import seal

SEND_PENDING = "outbox.send_pending"


def queue_mail(*, template: str, subject_type: str, subject_ids: Iterable[int], now: datetime) -> int:
    """Queue the mail `template` about each record of `subject_ids` in one statement; returns how many.

    Who receives it and what it says is worked out when it is sent, from the record as it then is.
    """
    _require_transaction()
    ids = list(subject_ids)
    insert_rows(
        OutboxMessage,
        same={"template": template, "subject_type": subject_type, "next_attempt_at": now, "created_at": now},
        each={"subject_id": ids},
    )
    if ids:
        kick(SEND_PENDING)
    return len(ids)


def queue_sealed_mail(
    *, template: str, to: str, context: Mapping[str, str], expires_at: datetime, now: datetime
) -> OutboxMessage:
    """Queue a mail whose address, code or link is nowhere else; it is encrypted here and destroyed at `expires_at`."""
    return queue_sealed_mails(template=template, to=[to], context=context, expires_at=expires_at, now=now)[0]


def queue_sealed_mails(
    *, template: str, to: Iterable[str], context: Mapping[str, str], expires_at: datetime, now: datetime
) -> list[OutboxMessage]:
    """As `queue_sealed_mail`, the same mail to each address of `to`, in one statement."""
    _require_transaction()
    queued = OutboxMessage.objects.bulk_create(
        OutboxMessage(
            template=template,
            sealed_payload=seal({"to": address, "context": dict(context)}),
            payload_expires_at=expires_at,
            next_attempt_at=now,
            created_at=now,
        )
        for address in to
    )
    if queued:
        kick(SEND_PENDING)
    return queued


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A mail belongs to the transaction of what it tells of.")
