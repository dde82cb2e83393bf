"""The figures of the registers, and their line on the page with the state of the portal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from accounts.models import Breach, Complaint, DataRequest
from accounts.rights.clock import day_of
from badgeportal.watch.gauges import Gauge, age, register
from badgeportal.watch.health import register_part


@register
def rights_figures(now: datetime) -> Iterable[Gauge]:
    """How many wait, for how long, and what is late. Nine small queries, whatever the data."""
    running, paused, unknown = (
        DataRequest.objects.running(),
        DataRequest.objects.paused(),
        DataRequest.objects.without_identity(),
    )
    counts = {
        "running": float(running.count()),
        "paused": float(paused.count()),
        "identity_asked": float(unknown.count()),
    }
    yield Gauge("portal_data_requests", "Open data requests, by what their clock does.", counts, "clock")
    oldest = DataRequest.objects.open().aggregate(since=Min("opened_at"))["since"]
    yield Gauge("portal_data_request_age_seconds", "How long the oldest data request is open.", {"": age(now, oldest)})
    for name, says, late in _late(now):
        yield Gauge(name, says, {"": float(late)})
    yield Gauge("portal_complaints", "Open complaints.", {"": float(Complaint.objects.open().count())})
    yield Gauge("portal_breaches", "Open breaches.", {"": float(Breach.objects.open().count())})


@register_part("Data requests, complaints and breaches")
def rights_are_in_time(now: datetime) -> tuple[bool, str]:
    """Whether anything that the law gives a time for is late."""
    late = [f"{count} {name.removeprefix('portal_').replace('_', ' ')}" for name, _, count in _late(now) if count]
    return not late, ", ".join(late) or "nothing is late"


def _late(now: datetime) -> list[tuple[str, str, int]]:
    today = day_of(now)
    return [
        (
            "portal_data_requests_overdue",
            "Data requests whose last day has passed.",
            DataRequest.objects.overdue(today).count(),
        ),
        (
            "portal_complaints_overdue",
            "Complaints not acknowledged within 30 days.",
            Complaint.objects.overdue(today).count(),
        ),
        (
            "portal_breaches_overdue",
            "Breaches the ICO has not been told of for 72 hours.",
            Breach.objects.overdue(now).count(),
        ),
    ]
