"""A data request is extended, met, refused or withdrawn. Only a person extends or refuses; a job of the portal may meet one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import DataRequest
from accounts.rights.clock import day_of
from accounts.rights.contact import email_of
from accounts.rights.history import ClockNotStarted, locked_request, note, require_person, set_clock
from accounts.rights.pausing import end_question
from accounts.rights.telling import EXTENDED, MET, REFUSED, WITHDRAWN, tell, tell_erased
from badgeportal.actor import Actor
from badgeportal.privacy.subject import DataSubject


class ExtendedAlready(Exception):
    """Two further months are all that the law gives."""


class FirstMonthOver(Exception):
    """An extension has to be told within the first month."""


@transaction.atomic
def extend(
    *, request_id: int, reason: DataRequest.Extension | str, explanation: str, actor: Actor, now: datetime
) -> DataRequest:
    """Take two further months and tell the person why, within the first month.

    Raises RequestOver, ClockNotStarted, ExtendedAlready, FirstMonthOver, PersonNeeded.
    """
    require_person(actor)
    request = locked_request(request_id)
    today = day_of(now)
    if request.first_due_on is None:
        raise ClockNotStarted
    if request.extended_on is not None:
        raise ExtendedAlready
    if today > request.first_due_on:
        raise FirstMonthOver
    request.extended_on = today
    request.extension_reason = str(reason)
    request.extension_text = explanation
    # The reminders count again, towards the new date.
    request.reminders = 0
    set_clock(request)
    request.save()
    note(request, "extend", reason=str(reason), actor=actor, now=now)
    tell(request, EXTENDED, now=now)
    return request


@transaction.atomic
def meet_request(
    *, request_id: int, answer: str = "", reply_to: str = "", actor: Actor, now: datetime
) -> DataRequest:  # fmt: skip
    """Close the request as met and tell the person, with `answer` if there is more to say.

    Whoever erases an account first reads where the answer goes (`contact.email_of`), erases, and passes it as `reply_to`:
    the last mail then travels sealed, and what was typed about the person goes with this action. Raises RequestOver, and
    ClockNotStarted while we do not know who asks: nobody's data is given or changed for a stranger.
    """
    request = locked_request(request_id)
    if request.starts_on is None:
        raise ClockNotStarted
    _close(request, DataRequest.State.MET, answer=answer, actor=actor, now=now)
    note(request, "meet", actor=actor, now=now)
    to = reply_to or email_of(request)
    if request.kind == DataRequest.Kind.ERASURE and to:
        tell_erased(request, to=to, now=now)
        forget_person(request)
    else:
        tell(request, MET, now=now)
    return request


def end_requests_of_erased(subject: DataSubject, *, actor: Actor, now: datetime) -> None:
    """Close the open requests of people who are erased in the open transaction: nothing is left that they could be about.

    Those for erasure are met, the others end because of it; the last mail is the erasure's own. A recipient's request for
    erasure is closed by whoever works on it, since a letter may have to go.
    """
    theirs = Q(account__in=subject.account_ids)
    if subject.order_ids:
        of_recipient = Q(account__isnull=True, order_ids__contained_by=list(subject.order_ids)) & ~Q(order_ids=[])
        theirs |= of_recipient & ~Q(kind=DataRequest.Kind.ERASURE)
    theirs_open = DataRequest.objects.open().filter(theirs).select_related("account").order_by("pk")
    for request in list(theirs_open.select_for_update(of=("self",))):
        met = request.kind == DataRequest.Kind.ERASURE and request.starts_on is not None
        _close(request, DataRequest.State.MET if met else DataRequest.State.ERASED, answer="", actor=actor, now=now)
        note(request, "meet" if met else "close_erased", actor=actor, now=now)


@transaction.atomic
def refuse_request(
    *, request_id: int, reason: DataRequest.Refusal | str, explanation: str, actor: Actor, now: datetime
) -> DataRequest:
    """Close the request as refused, and tell the person why and how to complain to the DPO and the ICO.

    Raises RequestOver, PersonNeeded.
    """
    require_person(actor)
    request = locked_request(request_id)
    request.refusal_reason = str(reason)
    _close(request, DataRequest.State.REFUSED, answer=explanation, actor=actor, now=now)
    note(request, "refuse", reason=str(reason), actor=actor, now=now)
    tell(request, REFUSED, now=now)
    return request


@transaction.atomic
def withdraw_request(*, request_id: int, actor: Actor, now: datetime) -> DataRequest:
    """Close the request because the person does not want it any more, and confirm that to them. Raises RequestOver."""
    request = locked_request(request_id)
    _close(request, DataRequest.State.WITHDRAWN, answer="", actor=actor, now=now)
    note(request, "withdraw", actor=actor, now=now)
    tell(request, WITHDRAWN, now=now)
    return request


def forget_person(request: DataRequest) -> None:
    """Blank what was typed about the person of a closed request; that it was made and answered stays."""
    request.contact_name = request.contact_email = request.contact_address = request.listed_email = ""
    request.words = request.answer = request.extension_text = ""
    request.order_ids = []
    request.limited_at = request.limit_ends_on = None
    request.save()
    request.pauses.update(question="")


def _close(request: DataRequest, state: DataRequest.State, *, answer: str, actor: Actor, now: datetime) -> None:
    end_question(request, now=now)
    request.state = state
    request.answer = answer
    request.closed_at = now
    request.closed_by = str(actor)
    request.save()
