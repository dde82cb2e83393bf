"""What staff do next about a request, a complaint or a breach, in words."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import Breach, Complaint, DataRequest
from accounts.rights.breaches import still_to_do
from accounts.rights.contact import email_of

_HOW = {
    DataRequest.Kind.ACCESS: "Send the person their copy, then mark the request as met.",
    DataRequest.Kind.RECTIFICATION: "Correct what is wrong on the person’s page or the order’s page, then mark it as met.",
    DataRequest.Kind.RESTRICTION: "Limit the use of the account’s data if that is not done yet, look into why the person asks,"
    " then mark the request as met.",
    DataRequest.Kind.OBJECTION: "Limit the use until it is decided. Decide whether the information is still needed. Mark it"
    " as met, or refuse with the reason and tell the person when the limit ends.",
    DataRequest.Kind.ERASURE: "Delete the information. The request is then marked as met.",
}


_CLOSED = "Nothing. The request is closed."
# What whoever was given the data is told, in the middle of a sentence.
_NOT_USED = "that this person’s data may not be used"
_TELL: dict[str, str] = {
    DataRequest.Kind.RECTIFICATION: "what was corrected, once it is",
    DataRequest.Kind.ERASURE: "to delete this person’s name and address",
    DataRequest.Kind.RESTRICTION: _NOT_USED,
    DataRequest.Kind.OBJECTION: _NOT_USED,
    DataRequest.Kind.ACCESS: _NOT_USED,
}


def after_request(request: DataRequest, *, today: date) -> str:
    """The next step of a data request."""
    to_tell = request.tell_recipients if request.recipients_told_on is None else ""
    if not request.is_open:
        over = request.state in (DataRequest.State.MET, DataRequest.State.ERASED)
        return f"Tell {to_tell} {_TELL[request.kind]}, and note it here." if to_tell and over else _CLOSED
    if request.due_on is None:
        return "Find out who asks, then confirm the identity. The month begins then."
    if any(pause.to_on is None for pause in request.pauses.all()):
        return "Wait for the person’s answer. When it comes, note it: a clock that stands runs on from then."
    says = [_HOW[DataRequest.Kind(request.kind)]]
    if not email_of(request):
        says.append("There is no email address: write a letter.")
    if to_tell:
        says.append(f"Tell {to_tell} {_TELL[request.kind]}, and note it here.")
    days = (request.due_on - today).days
    if days < 0:
        says.insert(0, f"Overdue since {_day(request.due_on)}. Answer today and tell the portal manager.")
    elif days <= 9 and request.can_be_extended:
        says.append(
            "If it is complex, tell the person that it takes longer by "
            f"{_day(request.first_due_on or request.due_on)} at the latest."
        )
    return " ".join(says)


def after_complaint(complaint: Complaint, *, today: date) -> str:
    """The next step of a complaint."""
    if not complaint.is_open:
        return "Nothing. The complaint is closed."
    if complaint.acknowledged_on is None:
        late = "Overdue. " if today > complaint.acknowledge_by else ""
        return f"{late}Acknowledge it by {_day(complaint.acknowledge_by)}."
    if complaint.investigated_from is None:
        return "Look into it and keep what you find."
    return "Tell the person the outcome as soon as you know it."


def after_breach(breach: Breach, *, now: datetime) -> str:
    """The next step of a breach."""
    if not breach.is_open:
        return "Nothing. The breach is closed."
    to_do = still_to_do(breach) or ["Write down what was done about it and close."]
    if breach.reported_at is None and breach.risk != Breach.Risk.UNLIKELY:
        over = "72 hours are over" if now > breach.report_by else "72 hours are not over"
        to_do.append(f"{over}; write down why if the ICO is told later.")
    return " ".join(to_do)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
