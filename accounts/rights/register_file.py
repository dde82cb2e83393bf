"""The registers as tables for a file: dates, kinds and outcomes, nobody's name and nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import Breach, Complaint, DataRequest
from accounts.rights.clock import LONDON


def requests_table() -> Iterable[list[object]]:
    """Every data request, oldest first."""
    yield [
        *("Reference", "Asked for", "Channel", "Received", "Identity asked", "Identity confirmed", "Clock started"),
        *("Days the clock stood", "Extended", "Why extended", "Due", "State", "Closed", "Why refused"),
    ]
    for row in DataRequest.objects.prefetch_related("pauses").order_by("pk"):
        stood = sum((p.to_on - p.from_on).days for p in row.pauses.all() if p.stops_clock and p.to_on)
        yield [
            *(row.reference, row.get_kind_display(), row.get_channel_display(), _day(row.received_on)),
            *(_day(row.identity_asked_on), _day(row.identity_confirmed_on), _day(row.starts_on), stood),
            *(_day(row.extended_on), row.get_extension_reason_display(), _day(row.due_on), row.get_state_display()),
            *(_day(row.closed_at), row.get_refusal_reason_display()),
        ]


def complaints_table() -> Iterable[list[object]]:
    """Every complaint, oldest first."""
    yield [
        *("Reference", "Channel", "About the request", "Received", "Acknowledge by", "Acknowledged"),
        *("Looked into since", "Closed", "Outcome"),
    ]
    for row in Complaint.objects.select_related("request").order_by("pk"):
        yield [
            *(row.reference, row.get_channel_display(), str(row.request or ""), _day(row.received_on)),
            *(_day(row.acknowledge_by), _day(row.acknowledged_on), _day(row.investigated_from), _day(row.closed_at)),
            row.get_outcome_display(),
        ]


def breaches_table() -> Iterable[list[object]]:
    """Every breach, oldest first; what happened is on its page."""
    yield [
        *("Reference", "Near miss", "Happened", "Noticed", "People", "Risk", "Tell the ICO by", "ICO told"),
        *("The ICO's reference", "People told", "Closed"),
    ]
    for row in Breach.objects.order_by("pk"):
        yield [
            *(row.reference, "yes" if row.near_miss else "no", _day(row.happened_on), _moment(row.noticed_at)),
            *("" if row.people is None else row.people, row.get_risk_display(), _moment(row.report_by)),
            *(_moment(row.reported_at), row.ico_reference, _moment(row.people_told_at), _moment(row.closed_at)),
        ]


def _day(day: date | datetime | None) -> str:
    if isinstance(day, datetime):
        day = day.astimezone(LONDON).date()
    return f"{day:%d/%m/%Y}" if day else ""


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}" if at else ""
