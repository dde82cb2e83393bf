"""The rights as the person signed in uses them: each is a data request, and what a machine may grant is granted at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit_kinds import COPY_GIVEN
from accounts.erasing import Outcome, erase_people
from accounts.models import DataRequest, User
from accounts.restricting import lift_restriction, restrict
from accounts.rights.answering import meet_request, withdraw_request
from accounts.rights.opening import OpenAlready, open_request
from accounts.turns import wait_for_turn
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.privacy.exporting import Export, export
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.subject import DataSubject

Kind = DataRequest.Kind

# The page and the file of one visit are one request.
_ONE_VISIT = timedelta(hours=1)


@transaction.atomic(durable=True)
def take_copy(*, user: User, now: datetime) -> Export:
    """A copy of what is held about `user`, recorded as a request met at once; one that waits is met with it."""
    actor = Actor.user(user)
    mine = DataRequest.objects.of_account(user.pk).filter(kind=Kind.ACCESS)
    waiting = mine.open().first()
    just_now = mine.filter(state=DataRequest.State.MET, closed_at__gt=now - _ONE_VISIT, closed_by=str(actor))
    if waiting is None and not just_now.exists():
        waiting = _open(Kind.ACCESS, user, tell_received=False, now=now)
    if waiting is not None and waiting.starts_on is not None:
        meet_request(request_id=waiting.pk, actor=actor, now=now)
    record(kind=COPY_GIVEN, actor=actor, subject=user, now=now)
    return export(DataSubject.of_account(user.pk), now)


@transaction.atomic(durable=True)
def ask_to_correct(*, user: User, words: str, now: datetime) -> DataRequest:
    """Put what is wrong before customer service; the request that waits already, if there is one."""
    return _open(Kind.RECTIFICATION, user, words=words, now=now)


@transaction.atomic(durable=True)
def limit_use(*, user: User, ground: DataRequest.Ground | str, words: str, now: datetime) -> DataRequest:
    """Use the data of `user` no more from now on, and let staff look at why they ask."""
    wait_for_turn()
    request = _open(Kind.RESTRICTION, user, words=words, ground=ground, now=now)
    restrict(account_id=user.pk, request=request, actor=Actor.user(user), now=now)
    return request


@transaction.atomic(durable=True)
def object_to_use(*, user: User, words: str, now: datetime) -> DataRequest:
    """Let a person decide about the objection, and use the data no more until they have (Articles 21 and 18(1)(d))."""
    wait_for_turn()
    request = _open(Kind.OBJECTION, user, words=words, now=now)
    restrict(account_id=user.pk, request=request, actor=Actor.user(user), now=now)
    return request


@transaction.atomic(durable=True)
def allow_use_again(*, user: User, now: datetime) -> None:
    """End the limit that `user` asked for, at once; their open requests for it are withdrawn. Raises NotRestricted."""
    actor = Actor.user(user)
    lift_restriction(account_id=user.pk, actor=actor, now=now)
    asked = DataRequest.objects.open().filter(account=user, kind__in=(Kind.RESTRICTION, Kind.OBJECTION))
    for pk in list(asked.order_by("pk").values_list("pk", flat=True)):
        withdraw_request(request_id=pk, actor=actor, now=now)


def delete_me(*, user: User, open_orders: OpenOrders, seen: str, now: datetime) -> Outcome:
    """Erase `user` now or once their open orders have ended; the request for it is met with the erasure.

    The request is written first, so that it waits for staff if the erasure fails. Raises what `erase_people` raises.
    """
    with transaction.atomic(durable=True):
        _open(Kind.ERASURE, user, tell_received=open_orders is OpenOrders.FINISH, now=now)
    return erase_people(
        subject=DataSubject.of_account(user.pk), open_orders=open_orders, seen=seen, actor=Actor.user(user), now=now
    )


def works_here(user: User) -> bool:
    """Whether `user` is a member of staff or an analyst."""
    return User.objects.staff_and_analysts().filter(pk=user.pk).exists()


def requests_of(user: User) -> Iterable[DataRequest]:
    """What `user` asked, newest first."""
    return DataRequest.objects.of_account(user.pk)


def _open(
    kind: DataRequest.Kind, user: User, *, words: str = "", ground: str = "", tell_received: bool = True, now: datetime
) -> DataRequest:
    try:
        return open_request(
            kind=kind, subject=DataSubject.of_account(user.pk), channel=DataRequest.Channel.ONLINE, words=words,
            ground=ground, tell_received=tell_received, actor=Actor.user(user), now=now,
        )  # fmt: skip
    except OpenAlready as waiting:
        return waiting.request
