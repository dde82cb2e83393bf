"""What every action on a data request shares: the lock, the clock's new dates, and one line of history with its audit."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.audit_kinds import DATA_REQUEST_CHANGED
from accounts.models import DataRequest, DataRequestEvent
from accounts.rights.clock import Clock, Pause, PausedDays, start_of
from badgeportal.actor import Actor
from badgeportal.audit.actions import record


class RequestOver(Exception):
    """The request was met, refused or withdrawn, perhaps by a colleague a moment ago."""


class ClockNotStarted(Exception):
    """We still have to find out who asks."""


class PersonNeeded(Exception):
    """This is decided by a person; a job of the portal may not do it."""


def locked_request(request_id: int) -> DataRequest:
    """The open request of that number, locked until the transaction ends; raises RequestOver, DataRequest.DoesNotExist."""
    request = DataRequest.objects.select_for_update(of=("self",)).select_related("account").get(pk=request_id)
    if not request.is_open:
        raise RequestOver
    return request


def require_person(actor: Actor) -> None:
    if not actor.is_person:
        raise PersonNeeded


def clock_of(request: DataRequest) -> Clock | None:
    """The clock of `request` with every pause that is over; None while we do not know who asks."""
    start = start_of(
        received=request.received_on,
        identity_asked=request.identity_asked_on is not None,
        identity_confirmed=request.identity_confirmed_on,
    )
    if start is None:
        return None
    ended = request.pauses.filter(stops_clock=True, to_on__isnull=False) if request.pk else []
    return Clock(
        start=start,
        pauses=[Pause(pause.from_on, pause.to_on) for pause in ended if pause.to_on],
        extended=request.extended_on is not None,
        paused_days=PausedDays(settings.DATA_REQUEST_PAUSED_DAYS),
    )


def set_clock(request: DataRequest) -> None:
    """Put the dates of the clock as it now is on `request`, which the caller saves."""
    clock = clock_of(request)
    request.starts_on = clock.start if clock else None
    request.first_due_on = clock.first_due if clock else None
    request.due_on = clock.due if clock else None


def note(request: DataRequest, kind: str, *, actor: Actor, now: datetime, reason: str = "") -> None:
    """Write what happened to `request` into its history and the audit record."""
    DataRequestEvent.objects.create(
        request=request, kind=kind, reason=reason, due_on=request.due_on, actor=str(actor), at=now
    )
    record(kind=DATA_REQUEST_CHANGED, actor=actor, subject=request, now=now, change=kind, reason=reason)
