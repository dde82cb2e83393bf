"""Badges from the maker: enough for the days ahead, but for one spell in which the maker was late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

from django.utils import timezone

from badgeportal.actor import Actor
from orders.models import StockBalance
from orders.stock import receive_badges
from sampledata.agenda import Agenda
from sampledata.working_days import is_working_day, moment, next_working_day, past_days

# How many days ahead a delivery reaches, and the boxes it comes in.
_AHEAD, _BOX = timedelta(days=13), 500
# For what is written off and what a count finds missing.
_CUSHION = 200
# The maker is late for these days of the history; what little there is comes in small parcels.
_LATE, _SMALL_BOX = range(38, 46), 100


class Stockroom:
    """Receives badges. `demand` are the times and quantities of all orders to come."""

    def __init__(self, officer: Actor, demand: list[tuple[datetime, int]]) -> None:
        self.officer = officer
        self.demand = demand
        self.deliveries = 0
        self.late_from = datetime.max.replace(tzinfo=UTC)

    def plan(self, agenda: Agenda, now: datetime) -> None:
        """Look at the shelves each working morning, before the first order and today."""
        days = list(past_days(now))
        agenda.add(moment(days[0] - timedelta(days=3), "10:00"), self._top_up)
        late = {days[-ago] for ago in _LATE}
        self.late_from = moment(min(late), "06:30")
        for day in (*days, timezone.localdate(now)):
            if is_working_day(day):
                agenda.add(moment(day, "06:30"), self._scrape_by if day in late else self._top_up)

    def _top_up(self, now: datetime) -> None:
        # Only what would not last until the next morning makes anybody order, so that deliveries are few and large.
        soon = self._missing(now, until=_soon(now))
        if soon + _CUSHION <= 0:
            return
        # Nobody knew that the maker would be late, so nothing was laid in for that.
        until = min(now + _AHEAD, self.late_from) if now < self.late_from else now + _AHEAD
        boxes = ceil((max(soon, self._missing(now, until=until)) + _CUSHION) / _BOX)
        self._receive(boxes * _BOX, "Delivery {} from the maker", now)

    def _scrape_by(self, now: datetime) -> None:
        missing = self._missing(now, until=moment(next_working_day(timezone.localdate(now)), "07:00"))
        if missing > 0:
            self._receive(ceil(missing / _SMALL_BOX) * _SMALL_BOX, "Part delivery {}: the maker is late", now)

    def _missing(self, now: datetime, *, until: datetime) -> int:
        wanted = sum(quantity for at, quantity in self.demand if now <= at <= until)
        return wanted - StockBalance.objects.available()

    def _receive(self, quantity: int, reason: str, now: datetime) -> None:
        self.deliveries += 1
        receive_badges(quantity=quantity, reason=reason.format(self.deliveries), actor=self.officer, now=now)


def _soon(now: datetime) -> datetime:
    """The second working morning from now: nobody is there to receive anything before the first of them."""
    day = next_working_day(next_working_day(timezone.localdate(now)))
    return moment(day, "06:30")
