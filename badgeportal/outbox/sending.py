"""Sending what waits: take rows, work out who gets what, hand over, note the result. At least once, see docs/decisions."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from cryptography.fernet import InvalidToken

from badgeportal.outbox import claims, transport
from badgeportal.outbox.letters import Letter, resolver_of
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.rendering import render
from badgeportal.outbox.sealing import unseal

log = structlog.get_logger(__name__)

# With a time limit of 10 seconds for each mail, a batch takes less than half of `claims.STUCK_AFTER`.
BATCH = 25
# With the last batch this stays under the task's time limit, however slow the mail server; the next sweep goes on.
RUN_FOR = timedelta(minutes=4)
# How long the others wait once a mail server has said nothing.
PAUSE = timedelta(minutes=1)


@dataclass(slots=True)
class _Clock:
    """The time the run was given, moving on with real time."""

    now: datetime
    _started: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self._started)


@dataclass(slots=True)
class _Plan:
    """What one batch will do."""

    letters: dict[int, Letter] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)


def send_pending(*, now: datetime) -> dict[str, int]:
    """Send every mail that is due; returns counts by outcome.

    They are `sent`, `later`, `failed`, `not_needed`, `requeued`, `expired`, and where a mail server says nothing `silent` for the
    mail that waited for it and `put_back` for the rest, whose turn comes in a minute: each would have waited as long.
    """
    counts = Counter(requeued=claims.requeue_stuck(now=now), expired=claims.cancel_expired(now=now))
    clock = _Clock(now)
    with transport.opened() as send:
        while clock() < now + RUN_FOR and (messages := claims.claim_due(limit=BATCH, now=clock())):
            plan = _resolve(messages, now=clock())
            for number, message in enumerate(messages, start=1):
                outcome = _send_one(message, plan, clock, send)
                counts[outcome] += 1
                if outcome == "silent":
                    counts["put_back"] = claims.put_back(messages[number:], until=clock() + PAUSE)
                    return dict(counts)
    return dict(counts)


def _send_one(message: OutboxMessage, plan: _Plan, clock: _Clock, send: transport.Send) -> str:
    if message.pk in plan.errors:
        return _failed(message, kind=plan.errors[message.pk], for_good=False, now=clock())
    letter = plan.letters.get(message.pk)
    if letter is None or not letter.to:
        claims.record_not_needed(message)
        return "not_needed"
    try:
        ready = render(message.template, letter, reference=f"mail-{message.pk}")
        # Asked last: minutes may lie between the first mail of a batch and this one.
        if not claims.is_still_wanted(message):
            return "not_needed"
        send(ready)
    except transport.Undeliverable as error:
        return _failed(message, kind=error.kind, for_good=True, now=clock())
    except transport.ServerSilent as error:
        _failed(message, kind=type(error).__name__, for_good=False, now=clock())
        return "silent"
    except Exception as error:
        # Whatever went wrong (network, template, mail server), this mail is tried again and the others still go out.
        return _failed(message, kind=type(error).__name__, for_good=False, now=clock())
    claims.record_sent(message, now=clock())
    return "sent"


def _failed(message: OutboxMessage, *, kind: str, for_good: bool, now: datetime) -> str:
    claims.record_failure(message, kind=kind, for_good=for_good, now=now)
    # The kind of error only: its text may hold the address.
    log.warning("mail_not_sent", mail=message.pk, template=message.template, error=kind, attempt=message.attempts)
    return "failed" if for_good else "later"


def _resolve(messages: list[OutboxMessage], *, now: datetime) -> _Plan:
    """Find recipient and values of each message, with one call for all messages of a template."""
    plan = _Plan()
    by_template: dict[str, list[OutboxMessage]] = defaultdict(list)
    for message in messages:
        if message.subject_id is None:
            _unseal(message, plan, now=now)
        else:
            by_template[message.template].append(message)
    for template, group in by_template.items():
        try:
            letters = resolver_of(template)([message.subject_id for message in group if message.subject_id is not None])
        except Exception as error:
            plan.errors.update({message.pk: type(error).__name__ for message in group})
            continue
        plan.letters.update({m.pk: letters[m.subject_id] for m in group if m.subject_id in letters})
    return plan


def _unseal(message: OutboxMessage, plan: _Plan, *, now: datetime) -> None:
    if message.sealed_payload is None or message.payload_expires_at is None or message.payload_expires_at <= now:
        return
    try:
        payload = unseal(message.sealed_payload)
    except InvalidToken as error:
        plan.errors[message.pk] = type(error).__name__
        return
    plan.letters[message.pk] = Letter(to=payload["to"], context=payload["context"])
