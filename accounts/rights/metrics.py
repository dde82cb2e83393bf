"""The figures of the registers, and their line on the page with the state of the portal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import Breach, Complaint, DataRequest
from accounts.rights.clock import day_of
from badgeportal.watch.gauges import Gauge, age, register
from badgeportal.watch.health import register_part


@register
def rights_figures(now: datetime) -> Iterable[Gauge]:
    """How many wait, for how long, and what is late. Three queries, whatever the data."""
    requests, complaints, breaches = _counted(now)
    clocks = {name: float(requests[name]) for name in ("running", "paused", "identity_asked")}
    yield Gauge("portal_data_requests", "Open data requests, by what their clock does.", clocks, "clock")
    since = {"": age(now, requests["oldest"])}
    yield Gauge("portal_data_request_age_seconds", "How long the oldest data request is open.", since)
    yield _one("portal_data_requests_overdue", "Data requests whose last day has passed.", requests["late"])
    yield _one("portal_complaints", "Open complaints.", complaints["open"])
    yield _one("portal_complaints_overdue", "Complaints not acknowledged within 30 days.", complaints["late"])
    yield _one("portal_breaches", "Open breaches.", breaches["open"])
    yield _one("portal_breaches_overdue", "Breaches the ICO was not told of in 72 hours.", breaches["late"])


@register_part("Data requests, complaints and breaches", of_people=True)
def rights_are_in_time(now: datetime) -> tuple[bool, str]:
    """Whether anything that the law gives a time for is late."""
    names = ("data requests", "complaints", "breaches")
    late = [
        f"{found['late']} {name} overdue" for name, found in zip(names, _counted(now), strict=True) if found["late"]
    ]
    return not late, ", ".join(late) or "nothing is late"


def _counted(now: datetime) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    today = day_of(now)
    return DataRequest.objects.counted(today), Complaint.objects.counted(today), Breach.objects.counted(now)


def _one(name: str, says: str, value: int) -> Gauge:
    return Gauge(name, says, {"": float(value)})
