"""Mail about requests and complaints, by the record, so that it says what is true when it goes.

It goes to a restricted or disabled account too: the law wants the person to hear about their request. Staff are told to
write a letter where there is no email address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Complaint, DataRequest, RequestPause
from accounts.rights.contact import email_of, name_of
from badgeportal.outbox.actions import queue_mail, queue_sealed_mail
from badgeportal.outbox.letters import Letter, register, register_sealed

# As long as the outbox tries (badgeportal/outbox/claims.py).
_LAST_MAIL = timedelta(hours=72)
# What is asked for, in the middle of a sentence.
ASKED_FOR = {
    DataRequest.Kind.ACCESS: "for a copy of the information we hold about you",
    DataRequest.Kind.RECTIFICATION: "to have information about you corrected",
    DataRequest.Kind.RESTRICTION: "us to limit how we use information about you",
    DataRequest.Kind.OBJECTION: "us not to use information about you",
    DataRequest.Kind.ERASURE: "us to delete the information we hold about you",
}
WHY_REFUSED = {
    DataRequest.Refusal.NOTHING_HELD: "We searched and hold no information about you.",
    DataRequest.Refusal.IDENTITY: "We could not find out whether you are the person the information is about.",
    DataRequest.Refusal.UNFOUNDED: "We think the request is not about your information rights.",
    DataRequest.Refusal.EXCESSIVE: "We have answered the same request before, and little can have changed since.",
    DataRequest.Refusal.ACCURATE: "We looked into it and think the information is right as it is.",
    DataRequest.Refusal.STILL_NEEDED: "We still need the information to provide CARE badges.",
    DataRequest.Refusal.LAW: "The law asks us to keep the information, or it is needed for a legal claim.",
    DataRequest.Refusal.OTHERS: "It would tell you about somebody else.",
}


def tell(about: DataRequest | Complaint, key: str, *, now: datetime) -> None:
    """Queue the mail `key` about the record, in the open transaction; nothing when the person has no email address."""
    if email_of(about):
        queue_mail(template=key, subject_type=about._meta.label_lower, subject_ids=[about.pk], now=now)


def tell_question(pause: RequestPause, key: str, *, now: datetime) -> None:
    """Queue the mail with the question."""
    if email_of(pause.request):
        queue_mail(template=key, subject_type=pause._meta.label_lower, subject_ids=[pause.pk], now=now)


def tell_erased(request: DataRequest, *, to: str, now: datetime) -> None:
    """Queue the last mail that this address gets from us; the address is nowhere else any more."""
    context = {"reference": request.reference}
    queue_sealed_mail(template=ERASED, to=to, context=context, expires_at=now + _LAST_MAIL, now=now)


def _request_letters(request_ids: Sequence[int]) -> dict[int, Letter]:
    found = DataRequest.objects.filter(pk__in=request_ids).select_related("account")
    return _letters((request.pk, request, _words(request)) for request in found)


def _question_letters(pause_ids: Sequence[int]) -> dict[int, Letter]:
    found = RequestPause.objects.filter(pk__in=pause_ids).select_related("request__account")
    return _letters(
        (
            pause.pk,
            pause.request,
            _words(pause.request) | {"question": pause.question, "clock_stands": pause.stops_clock},
        )
        for pause in found
    )


def _complaint_letters(complaint_ids: Sequence[int]) -> dict[int, Letter]:
    found = Complaint.objects.filter(pk__in=complaint_ids).select_related("account")
    return _letters(
        (
            complaint.pk,
            complaint,
            {"reference": complaint.reference, "outcome": complaint.outcome, "answer": complaint.answer},
        )
        for complaint in found
    )


def _letters(found: Iterable[tuple[int, DataRequest | Complaint, dict[str, Any]]]) -> dict[int, Letter]:
    return {
        number: Letter(to=email_of(about), context=words | {"name": name_of(about)})
        for number, about, words in found
        if email_of(about)
    }


def _words(request: DataRequest) -> dict[str, Any]:
    reason = request.refusal_reason
    return {
        "reference": request.reference,
        "asked_for": ASKED_FOR[DataRequest.Kind(request.kind)],
        "received_on": request.received_on,
        "due_on": request.due_on,
        "ends_on": request.limit_ends_on,
        "extension": request.get_extension_reason_display(),
        "explanation": request.extension_text,
        "reason": WHY_REFUSED[DataRequest.Refusal(reason)] if reason else "",
        "answer": request.answer,
    }


def _about(resolve: Callable[[Sequence[int]], dict[int, Letter]], *keys: str) -> tuple[str, ...]:
    return tuple(register(key, resolve=resolve) for key in keys)


RECEIVED, IDENTITY_ASKED, RESUMED, EXTENDED, MET, REFUSED, WITHDRAWN, LIMIT_ENDS = _about(
    _request_letters,
    *("data_request_received", "data_request_identity", "data_request_resumed", "data_request_extended"),
    *("data_request_met", "data_request_refused", "data_request_withdrawn", "data_request_limit_ends"),
)
(QUESTION,) = _about(_question_letters, "data_request_question")
COMPLAINT_ACKNOWLEDGED, COMPLAINT_ANSWERED = _about(
    _complaint_letters, "data_complaint_acknowledged", "data_complaint_answered"
)
ERASED = register_sealed("data_request_erased")
