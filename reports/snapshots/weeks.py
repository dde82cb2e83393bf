"""Which weeks are to be published: all that are over, from the one of the first order on, and none twice by itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from accounts.models import ClosingPlan
from orders.models import Order
from reports.models import Snapshot
from reports.periods import LONDON, last_closed_week

_WEEK = timedelta(weeks=1)
# By then somebody opens the page; the job runs hours earlier.
READY_BY = time(9)


def first_week() -> date | None:
    """The Monday of the week of the first order; None before there is one."""
    placed_at = Order.objects.order_by("placed_at", "pk").values_list("placed_at", flat=True).first()
    if placed_at is None:
        return None
    day = placed_at.astimezone(LONDON).date()
    return day - timedelta(days=day.weekday())


def closed_weeks(now: datetime) -> list[date]:
    """The Mondays of all weeks that are over, from the first on, oldest first."""
    first, last = first_week(), last_closed_week(now)
    if first is None:
        return []
    return [first + n * _WEEK for n in range((last - first).days // 7 + 1)]


def unpublished_weeks(now: datetime) -> list[date]:
    """The weeks that are over and for which nothing was ever published, oldest first; none once the data is destroyed.

    A week whose figures were withdrawn waits for a person to ask for new ones.
    """
    if data_is_destroyed():
        return []
    published = set(Snapshot.objects.values_list("week", flat=True))
    return [monday for monday in closed_weeks(now) if monday not in published]


def overdue_weeks(now: datetime) -> list[date]:
    """Those that should have been published by 9 in the morning of the Monday after them."""
    return [monday for monday in unpublished_weeks(now) if now >= ready_by(monday)]


def ready_by(monday: date) -> datetime:
    """When the figures of the week that begins on `monday` are there at the latest."""
    return datetime.combine(monday + _WEEK, READY_BY, tzinfo=LONDON)


def data_is_destroyed() -> bool:
    """Whether the portal has begun to destroy what figures are counted from: from then on they would be false."""
    plan = ClosingPlan.objects.live().first()
    return plan is not None and plan.is_begun
