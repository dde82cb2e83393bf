"""The figures of this room: the queue of manual checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min

from badgeportal.watch.gauges import Gauge, age, register
from verification.models import ManualCheck


@register
def check_figures(now: datetime) -> Iterable[Gauge]:
    """How many checks wait for a person and since when. One query."""
    queue = ManualCheck.objects.waiting().order_by().aggregate(n=Count("pk"), since=Min("opened_at"))
    yield Gauge("portal_manual_checks", "Manual checks that wait for a person.", {"": float(queue["n"])})
    yield Gauge("portal_manual_check_age_seconds", "How long the oldest has waited.", {"": age(now, queue["since"])})
