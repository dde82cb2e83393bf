"""Erasing people at their word: accounts, one or many, the recipient of orders, or the owner of a listed inbox.

The work is the engine's (`badgeportal.privacy.erasing`). Here stand the rules about who is erased when, the audit event, the last
mail, and the erasures that wait for open orders.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.audit_kinds import ERASURE_ASKED_FOR, PEOPLE_ERASED
from accounts.mails import tell_erased
from accounts.models import User
from accounts.restricting_recipients import forget_limits_of
from accounts.rights.answering import end_requests_of_erased
from accounts.sign_in import OwnAccount, end_sessions_of
from accounts.turns import wait_for_turn
from badgeportal.actor import Actor
from badgeportal.audit.actions import record_many
from badgeportal.inventory import Reach
from badgeportal.privacy import ledger
from badgeportal.privacy.erasing import Receipt, erase, mark_of, preview
from badgeportal.privacy.finding import look_up
from badgeportal.privacy.models import ErasureLedgerEntry, OpenOrders, PendingErasure
from badgeportal.privacy.settling import open_things
from badgeportal.privacy.subject import DataSubject


class ErasedAlready(Exception):
    """Nothing is held about anybody asked for: a colleague was first, or the same form was sent twice."""


class ErasureChanged(Exception):
    """What the officer was shown is not what would happen any more, such as an order that was packed meanwhile."""


@dataclass(slots=True)
class Outcome:
    """What became of an erasure: the receipt of those erased now, and how many wait for their open orders."""

    receipt: Receipt | None = None
    waiting: int = 0


@dataclass(slots=True)
class _Written:
    """The line of the ledger that must be taken back when the transaction is."""

    ids: list[uuid.UUID] = field(default_factory=list)


def erase_people(
    *,
    subject: DataSubject,
    open_orders: OpenOrders,
    actor: Actor,
    now: datetime,
    also_listed: bool = False,
    seen: str | None = None,
) -> Outcome:
    """Erase `subject`: at once with CANCEL; with FINISH those with open orders only when these have ended.

    Whoever waits cannot sign in any more. `seen` is the mark of the preview that an officer agreed to. Raises OwnAccount for a
    member of staff who is among them, ErasedAlready, ErasureChanged, and LedgerUnreachable; then nothing is changed.
    """
    with _written_in_both_places() as written:
        wait_for_turn()
        subject = _still_to_erase(subject, also_listed=also_listed, now=now)
        _refuse_own_account(subject, actor)
        things = open_things(look_up(subject, also_listed=also_listed))
        if seen is not None and seen != mark_of(things):
            raise ErasureChanged
        waiting = {thing.key for thing in things} if open_orders is OpenOrders.FINISH else set()
        outcome = Outcome(waiting=len(waiting))
        if waiting:
            _wait(subject, waiting, actor=actor, now=now, also_listed=also_listed)
        rest = _without(subject, waiting)
        if rest is not None:
            outcome.receipt = _erase_now(rest, actor=actor, now=now, also_listed=also_listed, written=written)
    return outcome


def erase_those_who_waited(*, now: datetime) -> int:
    """Erase everybody who asked for it and whose last open order has ended; returns how many. Each has a transaction."""
    return sum(
        _erase_if_ended(pk, now=now) for pk in PendingErasure.objects.oldest_first().values_list("pk", flat=True)
    )


def _erase_if_ended(pk: int, *, now: datetime) -> bool:
    with _written_in_both_places() as written:
        wait_for_turn()
        pending = PendingErasure.objects.filter(pk=pk).first()
        if pending is None:
            return False
        subject = _subject_of(pending)
        if open_things(look_up(subject)):
            return False
        actor = Actor(pending.actor, int(pending.actor.removeprefix("user:")))
        _erase_now(subject, actor=actor, now=now, also_listed=pending.also_listed, written=written)
    return True


def _subject_of(pending: PendingErasure) -> DataSubject:
    if pending.account_id is not None:
        return DataSubject.of_account(pending.account_id)
    return DataSubject.recipient_of([pending.order_id or 0])


@contextmanager
def _written_in_both_places() -> Iterator[_Written]:
    """A durable transaction; when it is undone, what it wrote in the second place is taken away."""
    written = _Written()
    try:
        with transaction.atomic(durable=True):
            yield written
    except BaseException:
        for line_id in written.ids:
            ledger.withdraw(line_id)
        raise


def _still_to_erase(subject: DataSubject, *, also_listed: bool, now: datetime) -> DataSubject:
    if subject.reach is Reach.ACCOUNT:
        left = User.objects.filter(pk__in=subject.account_ids, anonymised_at__isnull=True)
        ids = list(left.values_list("pk", flat=True))
        if not ids:
            raise ErasedAlready
        return DataSubject.of_accounts(ids)
    # An address that stands nowhere is remembered all the same, so that no later file brings it.
    remembered = subject.reach is not Reach.ADDRESS or ErasureLedgerEntry.objects.about_address(subject.listed_email)
    if remembered and not preview(subject, also_listed=also_listed, now=now).going:
        raise ErasedAlready
    return subject


def _refuse_own_account(subject: DataSubject, actor: Actor) -> None:
    if actor.user_id in subject.account_ids and User.objects.staff_and_analysts().filter(pk=actor.user_id).exists():
        raise OwnAccount


def _wait(subject: DataSubject, keys: set[int], *, actor: Actor, now: datetime, also_listed: bool) -> None:
    by_account = subject.reach is Reach.ACCOUNT
    PendingErasure.objects.bulk_create(
        [
            PendingErasure(
                account_id=key if by_account else None,
                order_id=None if by_account else key,
                asked_at=now,
                actor=str(actor),
                also_listed=also_listed,
            )
            for key in sorted(keys)
        ],
        ignore_conflicts=True,
    )
    if by_account:
        people = User.objects.filter(pk__in=keys).order_by("pk").select_for_update()
        record_many(kind=ERASURE_ASKED_FOR, actor=actor, subjects=list(people), now=now)
        User.objects.filter(pk__in=keys).update(is_active=False)
        User.objects.filter(pk__in=keys, disabled_at__isnull=True).update(disabled_at=now)
        end_sessions_of(keys)


def _without(subject: DataSubject, keys: set[int]) -> DataSubject | None:
    if subject.reach is Reach.ADDRESS:
        return subject
    left = [key for key in subject.keys if key not in keys]
    if not left:
        return None
    by_account = subject.reach is Reach.ACCOUNT
    return DataSubject.of_accounts(left) if by_account else DataSubject.recipient_of(left)  # type: ignore[arg-type]


def _erase_now(subject: DataSubject, *, actor: Actor, now: datetime, also_listed: bool, written: _Written) -> Receipt:
    people = User.objects.filter(pk__in=subject.account_ids)
    addresses = [subject.listed_email] if subject.listed_email else list(people.values_list("email", flat=True))

    def tell(receipt: Receipt) -> None:
        written.ids.append(receipt.id)
        tell_erased(addresses=addresses, now=now)
        erased = [*people.only("pk"), ErasureLedgerEntry(pk=receipt.id)]
        record_many(kind=PEOPLE_ERASED, actor=actor, subjects=erased, now=now, receipt=str(receipt.id))
        end_requests_of_erased(subject, actor=actor, now=now)
        forget_limits_of(subject, now=now)
        PendingErasure.objects.filter(account_id__in=subject.account_ids).delete()
        PendingErasure.objects.filter(order_id__in=subject.order_ids).delete()

    return erase(
        subject=subject, open_orders=OpenOrders.CANCEL, actor=actor, now=now, also_listed=also_listed, then=tell
    )
