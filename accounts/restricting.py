"""Limiting the use of a person's data: from that moment it is kept and not used (Article 18 of the UK GDPR).

`check_not_restricted` is the one question that every action asks before it changes something of an account. The person's rights
(copy, correction by themselves, erasure, requests), signing in and what keeps the account safe go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from accounts.audit_kinds import RESTRICTED, RESTRICTION_END_TOLD, RESTRICTION_LIFTED
from accounts.mails import RESTRICTION_ENDS
from accounts.models import DataRequest, User
from accounts.rights.clock import day_of
from accounts.rights.history import note, require_person
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.inventory import inventories
from badgeportal.outbox.actions import queue_mail
from badgeportal.privacy.subject import DataSubject
from badgeportal.privacy.told import recipients_of

SWEEP = Actor.system("end-restrictions")


class AccountRestricted(Exception):
    """The person asked that their data is kept and not used, so nothing of theirs is changed until that has ended."""

    def __init__(self) -> None:
        super().__init__("The use of this person’s data is limited, so nothing was changed.")


class NotRestricted(Exception):
    """There is no restriction to end: a colleague was first, or the person ended it."""


class NotToldYet(Exception):
    """The person must hear of it before a restriction ends, and the day they were told has not come."""


def check_not_restricted(*account_ids: int, correcting: bool = False) -> None:
    """Raise AccountRestricted if one of the accounts is restricted; whoever restricts it waits for this transaction.

    With `correcting`, what is in dispute may still be put right: a request to correct is open. Called once drafts and orders in
    hand are locked: whoever erases locks them before the account as well.
    """
    restricted = restricted_among(account_ids)
    if restricted and not (correcting and all(map(is_in_dispute, restricted))):
        raise AccountRestricted


def restricted_among(account_ids: Iterable[int]) -> set[int]:
    """Those of `account_ids` that are restricted now; within a transaction they all stay as they are until it ends."""
    lock = " FOR SHARE" if connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, restricted_at FROM accounts_user WHERE id = ANY(%s) ORDER BY id{lock}",  # noqa: S608  a word of ours
            [sorted(set(account_ids))],
        )
        return {pk for pk, restricted_at in cursor.fetchall() if restricted_at is not None}


def is_in_dispute(account_id: int) -> bool:
    """Whether the person says that something is wrong, and it is not settled."""
    return DataRequest.objects.in_dispute(account_id).exists()


def restrict(*, account_id: int, request: DataRequest | None = None, actor: Actor, now: datetime) -> bool:
    """Keep the person's data and use it no more; False when it was so already. Mail on its way is stopped.

    An end that was announced does not come. What the person was told stands on `request`, with whoever outside must hear of
    it. Needs an open transaction. Raises User.DoesNotExist for an unknown or anonymised account.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An account is restricted in the transaction of the request for it.")
    user = User.objects.select_for_update(of=("self",)).get(pk=account_id, anonymised_at__isnull=True)
    before = user.restricted_at is not None
    user.restricted_at = user.restricted_at or now
    user.restriction_ends_on = None
    user.save(update_fields=["restricted_at", "restriction_ends_on"])
    subject = DataSubject.of_account(account_id)
    if request is not None:
        put_recipients(request, subject)
        note(request, "restrict", actor=actor, now=now)
    if before:
        return False
    stop_what_is_on_its_way(subject, now=now)
    record(kind=RESTRICTED, actor=actor, subject=user, now=now)
    return True


def stop_what_is_on_its_way(subject: DataSubject, *, now: datetime) -> None:
    """Let every room stop what it has under way about `subject`; later rooms first."""
    for inventory in reversed(inventories()):
        for function in inventory.restricting:
            function(subject, now)


def put_recipients(request: DataRequest, subject: DataSubject) -> None:
    """Note on `request` who outside was given data of `subject` and must hear of it (Article 19)."""
    request.tell_recipients = ", ".join(sorted(recipients_of(subject)))
    request.save(update_fields=["tell_recipients"])


def to_be_told(*, account_ids: Iterable[int], order_ids: Iterable[int], recipient: str) -> None:
    """Note on the open requests that limit these accounts or orders that `recipient` must hear of them."""
    whose = Q(account__in=list(account_ids)) | Q(limited_at__isnull=False, order_ids__overlap=list(order_ids))
    asked = DataRequest.objects.open().filter(
        whose, kind__in=(DataRequest.Kind.RESTRICTION, DataRequest.Kind.OBJECTION)
    )
    asked.filter(tell_recipients="").update(tell_recipients=recipient)


@transaction.atomic
def note_recipients_told(*, request_id: int, actor: Actor, now: datetime) -> DataRequest:
    """Note that whoever was given the person's data has heard of the request (Article 19), also when it is over."""
    require_person(actor)
    request = DataRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.tell_recipients and request.recipients_told_on is None:
        request.recipients_told_on = day_of(now)
        request.save(update_fields=["recipients_told_on"])
        note(request, "recipients_told", actor=actor, now=now)
    return request


@transaction.atomic(durable=True)
def announce_end(*, account_id: int, actor: Actor, now: datetime) -> date:
    """Tell the person that the restriction ends in RESTRICTION_NOTICE_DAYS days, and return the day; `lift_restriction` ends it.

    Raises NotRestricted, PersonNeeded: a person decides that data may be used again.
    """
    require_person(actor)
    user = _locked(account_id)
    if user.restriction_ends_on is None:
        user.restriction_ends_on = day_of(now) + timedelta(days=settings.RESTRICTION_NOTICE_DAYS)
        user.save(update_fields=["restriction_ends_on"])
        queue_mail(template=RESTRICTION_ENDS, subject_type=User._meta.label_lower, subject_ids=[user.pk], now=now)
        record(kind=RESTRICTION_END_TOLD, actor=actor, subject=user, now=now)
    return user.restriction_ends_on


@transaction.atomic
def lift_restriction(*, account_id: int, actor: Actor, now: datetime) -> None:
    """End the restriction on the day that the person was told, or later; at once when it is the person who ends it.

    Their open requests to limit use or to object are withdrawn with it when they do. Raises NotRestricted and NotToldYet.
    """
    user = _locked(account_id)
    themselves = actor.user_id == account_id
    told = user.restriction_ends_on
    if not themselves and (told is None or day_of(now) < told):
        raise NotToldYet
    user.restricted_at = user.restriction_ends_on = None
    user.save(update_fields=["restricted_at", "restriction_ends_on"])
    record(kind=RESTRICTION_LIFTED, actor=actor, subject=user, now=now)


def lift_those_told(*, now: datetime) -> int:
    """End the restrictions whose day has come; returns how many. Each has a transaction of its own."""
    ended = 0
    for pk in User.objects.restricted_until(day_of(now)).order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic(durable=True):
                lift_restriction(account_id=pk, actor=SWEEP, now=now)
        except (NotRestricted, NotToldYet):
            continue
        ended += 1
    return ended


def _locked(account_id: int) -> User:
    user = User.objects.select_for_update(of=("self",)).get(pk=account_id)
    if user.restricted_at is None:
        raise NotRestricted
    return user
