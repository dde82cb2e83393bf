"""Asking the person what they mean. The clock stands until they answer, where the law lets it; every pause is kept."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import DataRequest, RequestPause
from accounts.rights.clock import day_of
from accounts.rights.history import ClockNotStarted, locked_request, note, require_person, set_clock
from accounts.rights.telling import QUESTION, RESUMED, tell, tell_question
from badgeportal.actor import Actor


class QuestionOpen(Exception):
    """The person has not answered the last question."""


class NoQuestionOpen(Exception):
    """There is no question that the person could have answered."""


@transaction.atomic
def pause_clock(*, request_id: int, question: str, actor: Actor, now: datetime) -> RequestPause:
    """Ask the person `question` and stop the clock, for the kinds of request in CLOCK_STOPS_FOR and not once it has run out.

    Raises RequestOver, ClockNotStarted, QuestionOpen, PersonNeeded.
    """
    require_person(actor)
    request = locked_request(request_id)
    today = day_of(now)
    if request.due_on is None:
        raise ClockNotStarted
    if request.pauses.filter(to_on__isnull=True).exists():
        raise QuestionOpen
    pause = RequestPause.objects.create(
        request=request,
        question=question,
        from_on=today,
        stops_clock=request.kind in settings.CLOCK_STOPS_FOR and today <= request.due_on,
        asked_by=str(actor),
    )
    note(request, "ask", actor=actor, now=now)
    tell_question(pause, QUESTION, now=now)
    return pause


@transaction.atomic
def resume_clock(*, request_id: int, actor: Actor, now: datetime) -> DataRequest:
    """Note that the person answered today: the clock runs on, and they are told the new date if it moved.

    Raises RequestOver, NoQuestionOpen.
    """
    request = locked_request(request_id)
    before = request.due_on
    if not end_question(request, now=now):
        raise NoQuestionOpen
    set_clock(request)
    request.save()
    note(request, "answered", actor=actor, now=now)
    if request.due_on != before:
        tell(request, RESUMED, now=now)
    return request


def end_question(request: DataRequest, *, now: datetime) -> bool:
    """Let the question that is open on the locked `request` end today; whether there was one."""
    return bool(request.pauses.filter(to_on__isnull=True).update(to_on=day_of(now)))
