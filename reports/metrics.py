"""The figures of this room for operators: weeks that should be published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from badgeportal.watch.gauges import Gauge, age, register
from reports.models import Snapshot
from reports.snapshots.weeks import overdue_weeks


@register
def snapshot_figures(now: datetime) -> Iterable[Gauge]:
    """Weeks without figures after Monday at 9, and when the newest were published. Four queries, whatever the data."""
    yield Gauge(
        "portal_weeks_unpublished", "Weeks that are over and have no figures, though it is past their Monday at 9.",
        {"": float(len(overdue_weeks(now)))},
    )  # fmt: skip
    newest = Snapshot.objects.order_by("-published_at").values_list("published_at", flat=True).first()
    yield Gauge("portal_snapshot_age_seconds", "Since figures were last published.", {"": age(now, newest)})
