"""Limiting the use of the name and address of a recipient who has no account, and ending that.

Their request names the orders that are addressed to them. Those orders carry a mark of their own, and every pull, mail and figure
that leaves out a restricted account leaves them out too. The rest of the account goes on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import DataRequest
from accounts.restricting import NotRestricted, NotToldYet, put_recipients, stop_what_is_on_its_way
from accounts.rights.clock import day_of
from accounts.rights.history import note, require_person
from accounts.rights.telling import LIMIT_ENDS, tell
from accounts.turns import wait_for_turn
from badgeportal.actor import Actor
from badgeportal.inventory import inventories
from badgeportal.privacy.subject import DataSubject

SWEEP = Actor.system("end-restrictions")


class NoOrders(Exception):
    """The request names no order, so there is nothing to limit."""


def restrict_recipient(*, request: DataRequest, actor: Actor, now: datetime) -> DataRequest:
    """Keep the data on the orders of `request`, open and locked, and use it no more; what is on its way about them stops.

    An end that was announced does not come. Needs an open transaction. Raises NoOrders, PersonNeeded.
    """
    require_person(actor)
    if request.account_id is not None or not request.order_ids:
        raise NoOrders
    subject = DataSubject.recipient_of(request.order_ids)
    request.limited_at = request.limited_at or now
    request.limit_ends_on = None
    request.save(update_fields=["limited_at", "limit_ends_on"])
    # Every order is marked before anything asks what is still in use.
    stop_what_is_on_its_way(subject, now=now)
    put_recipients(request, subject)
    note(request, "restrict", actor=actor, now=now)
    return request


@transaction.atomic(durable=True)
def announce_end_to_recipient(*, request_id: int, actor: Actor, now: datetime) -> date:
    """Tell the recipient that the limit ends in RESTRICTION_NOTICE_DAYS days, and return the day; a sweep ends it then.

    Whoever left no email address is told by a letter that staff write. Raises NotRestricted, PersonNeeded.
    """
    require_person(actor)
    request = _limiting(request_id)
    if request.limit_ends_on is None:
        request.limit_ends_on = day_of(now) + timedelta(days=settings.RESTRICTION_NOTICE_DAYS)
        request.save(update_fields=["limit_ends_on"])
        tell(request, LIMIT_ENDS, now=now)
        note(request, "limit_end_told", actor=actor, now=now)
    return request.limit_ends_on


@transaction.atomic(durable=True)
def free_recipient(*, request_id: int, actor: Actor, now: datetime) -> None:
    """End the limit on the day that the recipient was told, or later. Raises NotRestricted and NotToldYet."""
    wait_for_turn()
    request = _limiting(request_id)
    if request.limit_ends_on is None or day_of(now) < request.limit_ends_on:
        raise NotToldYet
    request.limited_at = request.limit_ends_on = None
    request.save(update_fields=["limited_at", "limit_ends_on"])
    _free(DataSubject.recipient_of(request.order_ids), now=now)
    note(request, "limit_end", actor=actor, now=now)


def forget_limits_of(subject: DataSubject, *, now: datetime) -> None:
    """Take orders whose recipient is erased in the open transaction out of the limits on them; nothing is left to keep."""
    erased = set(subject.order_ids)
    if not erased:
        return
    limiting = DataRequest.objects.limiting().filter(order_ids__overlap=list(erased))
    for request in limiting.select_for_update(of=("self",)):
        left = [number for number in request.order_ids if number not in erased]
        if left:
            request.order_ids = left
        else:
            request.limited_at = request.limit_ends_on = None
        request.save(update_fields=["order_ids", "limited_at", "limit_ends_on"])
    _free(subject, now=now)


def free_those_told(*, now: datetime) -> int:
    """End the limits of recipients whose day has come; returns how many. Each has a transaction of its own."""
    ended = 0
    for pk in DataRequest.objects.limited_until(day_of(now)).values_list("pk", flat=True):
        try:
            free_recipient(request_id=pk, actor=SWEEP, now=now)
        except (NotRestricted, NotToldYet):
            continue
        ended += 1
    return ended


def _free(subject: DataSubject, *, now: datetime) -> None:
    for inventory in inventories():
        for function in inventory.freeing:
            function(subject, now)


def _limiting(request_id: int) -> DataRequest:
    request = DataRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.limited_at is None:
        raise NotRestricted
    return request
