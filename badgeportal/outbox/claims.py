"""The database's side of sending: who takes which rows, and what becomes of them. Each function is one short transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.audit.kinds import declare
from badgeportal.kick import kick
from badgeportal.outbox.actions import SEND_PENDING
from badgeportal.outbox.models import OutboxMessage

MAIL_RETRIED = declare("mail_retried", "template")

# Minutes to wait after each failed attempt: doubling up to six hours, and 72 hours in all, as GOV.UK Notify does.
RETRY_MINUTES = (1, 2, 4, 8, 16, 32, 64, 128, 256, *([360] * 10))
# Longer than a batch can take (see `sending.BATCH`), so that nobody takes back what is still being sent.
STUCK_AFTER = timedelta(minutes=10)

# Two senders at once each lock other rows. In a materialised CTE: a plan may otherwise lock more than the limit.
_LOCK = "FOR UPDATE SKIP LOCKED"
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM outbox_outboxmessage
        WHERE state = 'queued' AND next_attempt_at <= %(now)s
        ORDER BY next_attempt_at, id
        LIMIT %(limit)s
        {lock}
    )
    UPDATE outbox_outboxmessage AS message
    SET state = 'sending', claimed_at = %(now)s, attempts = attempts + 1
    FROM due WHERE message.id = due.id
    RETURNING message.*
"""


def claim_due(*, limit: int, now: datetime) -> list[OutboxMessage]:
    """Take up to `limit` waiting mails for this sender, oldest first, and mark them as being sent."""
    with transaction.atomic(durable=True):
        claimed = list(OutboxMessage.objects.raw(_CLAIM.format(lock=_LOCK), {"now": now, "limit": limit}))
    return sorted(claimed, key=lambda message: (message.next_attempt_at, message.pk))


def requeue_stuck(*, now: datetime) -> int:
    """Put back what a sender took and never finished, as after a crash; returns how many. Such a mail may go out twice."""
    with transaction.atomic(durable=True):
        return OutboxMessage.objects.stuck(now - STUCK_AFTER).update(
            state=OutboxMessage.State.QUEUED, claimed_at=None, next_attempt_at=now
        )


def put_back(messages: list[OutboxMessage], *, until: datetime) -> int:
    """Let go of mails that this sender took and did not try, as if they had not been taken, until `until`; returns how many."""
    with transaction.atomic(durable=True):
        held = OutboxMessage.objects.filter(
            pk__in=[message.pk for message in messages],
            claimed_at__in={message.claimed_at for message in messages},
            state=OutboxMessage.State.SENDING,
        )
        return held.update(
            state=OutboxMessage.State.QUEUED, claimed_at=None, attempts=F("attempts") - 1, next_attempt_at=until
        )


def cancel_expired(*, now: datetime) -> int:
    """Destroy the codes and links that nobody could use any more, and let their mails go; returns how many."""
    with transaction.atomic(durable=True):
        return OutboxMessage.objects.expired(now).update(
            state=OutboxMessage.State.CANCELLED, sealed_payload=None, claimed_at=None
        )


def is_still_wanted(message: OutboxMessage) -> bool:
    """Whether this sender still holds `message`: whoever erases or restricts somebody takes their mails away."""
    return OutboxMessage.objects.filter(_held(message)).exists()


def record_sent(message: OutboxMessage, *, now: datetime) -> None:
    """Note that `message` went out, and destroy its sealed part."""
    _finish(message, state=OutboxMessage.State.SENT, sent_at=now, sealed_payload=None, last_error="")


def record_not_needed(message: OutboxMessage) -> None:
    """Note that `message` has nobody to go to any more."""
    _finish(message, state=OutboxMessage.State.CANCELLED, sealed_payload=None)


def record_failure(message: OutboxMessage, *, kind: str, for_good: bool, now: datetime) -> None:
    """Note that an attempt failed with the error `kind` (a name, never its text): try again later, or give up."""
    if for_good or message.attempts > len(RETRY_MINUTES):
        _finish(message, state=OutboxMessage.State.FAILED, sealed_payload=None, last_error=kind[:80])
        return
    wait = timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
    _finish(message, state=OutboxMessage.State.QUEUED, next_attempt_at=now + wait, last_error=kind[:80])


def retry_mail(*, message_id: int, actor: Actor, now: datetime) -> bool:
    """Queue a mail that could not be sent once more; False when it is not one of those, or its content is destroyed."""
    with transaction.atomic(durable=True):
        message = OutboxMessage.objects.retryable().select_for_update().filter(pk=message_id).first()
        if message is None:
            return False
        message.state = OutboxMessage.State.QUEUED
        message.attempts = 0
        message.next_attempt_at = now
        message.save(update_fields=["state", "attempts", "next_attempt_at"])
        record(kind=MAIL_RETRIED, actor=actor, subject=message, now=now, template=message.template)
        kick(SEND_PENDING)
    return True


def _finish(message: OutboxMessage, **changes: object) -> None:
    # Only the sender that still holds the claim may write: one that was slow past STUCK_AFTER has lost it. One statement for
    # each mail, a transaction of its own: thousands of mails an hour need no BEGIN and COMMIT beside it.
    OutboxMessage.objects.filter(_held(message)).update(claimed_at=None, **changes)


def _held(message: OutboxMessage) -> Q:
    return Q(pk=message.pk, state=OutboxMessage.State.SENDING, claimed_at=message.claimed_at)
