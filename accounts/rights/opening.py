"""A data request comes in, and we find out who asks where that is in doubt.

Each action is one transaction, or a step of a larger one: a page may restrict an account and meet the request together.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.models import DataRequest
from accounts.rights.clock import day_of
from accounts.rights.contact import NOBODY, Contact, put_subject
from accounts.rights.history import locked_request, note, set_clock
from accounts.rights.telling import IDENTITY_ASKED, RECEIVED, tell
from badgeportal.actor import Actor
from badgeportal.privacy.subject import DataSubject
from badgeportal.privacy.told import recipients_of

# Whoever was given the data hears of these (Article 19); of a limit once it holds.
TOLD_OF = (DataRequest.Kind.RECTIFICATION, DataRequest.Kind.ERASURE)


class OpenAlready(Exception):
    """The person has an open request of this kind. `request` is that."""

    def __init__(self, request: DataRequest) -> None:
        super().__init__(f"Request {request.pk} is open")
        self.request = request


class ReceivedLater(ValueError):
    """A request cannot have been received after today."""


class IdentityNotAsked(Exception):
    """Nobody asked who the person is, so there is nothing to confirm, or it is confirmed."""


@transaction.atomic
def open_request(
    *,
    kind: DataRequest.Kind | str,
    subject: DataSubject | None,
    channel: DataRequest.Channel | str,
    contact: Contact = NOBODY,
    words: str = "",
    ground: DataRequest.Ground | str = "",
    tell_received: bool = True,
    received_on: date | None = None,
    identity_known: bool = True,
    actor: Actor,
    now: datetime,
) -> DataRequest:
    """Write down that somebody asks for one of the five rights, start its clock, and tell them by when we answer.

    `subject` is whom it is about: one account, the recipient of orders, the owner of a listed inbox, or None when nothing of
    theirs is found yet; the last three are reached by `contact`. With `identity_known=False` we ask who they are, and the
    clock starts when we know. `ground`: why use is to be limited. A page that meets it at once tells of that and not of
    its receipt (`tell_received=False`). Raises OpenAlready, NoWayToAnswer, ReceivedLater, and
    User.DoesNotExist for an account that is anonymised.
    """
    today = day_of(now)
    request = DataRequest(
        kind=kind,
        channel=channel,
        words=words,
        ground=ground,
        received_on=received_on or today,
        opened_at=now,
        opened_by=str(actor),
        identity_asked_on=None if identity_known else today,
    )
    if request.received_on > today:
        raise ReceivedLater
    put_subject(request, subject, contact)
    if subject is not None and request.kind in TOLD_OF:
        request.tell_recipients = ", ".join(sorted(recipients_of(subject)))
    if request.account is not None:
        waiting = DataRequest.objects.open().filter(account=request.account, kind=kind).first()
        if waiting is not None:
            raise OpenAlready(waiting)
    set_clock(request)
    request.save()
    note(request, "open", reason=str(request.channel), actor=actor, now=now)
    if tell_received:
        tell(request, RECEIVED if identity_known else IDENTITY_ASKED, now=now)
    return request


@transaction.atomic
def confirm_identity(*, request_id: int, actor: Actor, now: datetime) -> DataRequest:
    """Note that we know now who asks: the clock starts today, and the person is told by when we answer.

    Raises RequestOver, IdentityNotAsked.
    """
    request = locked_request(request_id)
    if request.identity_asked_on is None or request.identity_confirmed_on is not None:
        raise IdentityNotAsked
    request.identity_confirmed_on = day_of(now)
    set_clock(request)
    request.save()
    note(request, "confirm_identity", actor=actor, now=now)
    tell(request, RECEIVED, now=now)
    return request
