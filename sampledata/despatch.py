"""The warehouse's and DX's side of the sample data: batches, tracking files, parcels that came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from badgeportal.actor import Actor
from fulfilment.batches import create_batch
from fulfilment.models import Batch, Consignment
from fulfilment.returns import cancel_returned, send_again
from fulfilment.sending import cancel_batch, close_batch, mark_batch_sent
from fulfilment.tracking.importing import import_tracking
from orders.lifecycle import State, Who
from orders.models import Order
from sampledata.parcels import LAST_SCAN, SCANS, Parcel, Then
from sampledata.working_days import moment, working_days_between

_HEADINGS = "Reference,Consignment Number,Event,Event Time"


class Warehouse:
    """One fulfilment officer's work."""

    def __init__(self, officer: Actor) -> None:
        self.officer = officer
        # What becomes of the parcel of each order, by its number; it grows while the days go by.
        self.plans: dict[int, tuple[Parcel, Then]] = {}
        self._again: set[int] = set()

    def open_a_batch(self, now: datetime, *, limit: int | None = None) -> Batch | None:
        """Take up to `limit` waiting orders into a batch; None when nothing waits."""
        return create_batch(limit=limit, actor=self.officer, by=Who.STAFF, now=now).batch

    def close_a_batch(self, now: datetime, *, limit: int | None = None) -> Batch | None:
        batch = self.open_a_batch(now, limit=limit)
        if batch is None:
            return None
        return close_batch(batch_id=batch.pk, actor=self.officer, now=now + timedelta(minutes=25))

    def send_a_batch(self, now: datetime) -> None:
        batch = self.close_a_batch(now)
        if batch is not None:
            mark_batch_sent(batch_id=batch.pk, actor=self.officer, by=Who.STAFF, now=now + timedelta(hours=2))

    def make_a_batch_and_take_it_apart(self, now: datetime) -> None:
        """A batch made too early, before the morning's orders were in."""
        batch = self.open_a_batch(now)
        if batch is not None:
            cancel_batch(batch_id=batch.pk, actor=self.officer, by=Who.STAFF, now=now + timedelta(minutes=5))

    def settle_returns(self, now: datetime) -> None:
        """Decide about each parcel that came back, as it was planned."""
        for order in Order.objects.filter(state=State.RETURNED).order_by("pk"):
            _, then = self.plans[order.pk]
            if then is Then.SEND_AGAIN:
                self._again.add(order.pk)
                send_again(order=order, actor=self.officer, now=now)
            elif then is Then.CANCEL:
                cancel_returned(order=order, actor=self.officer, now=now)

    def load_tracking(self, now: datetime) -> None:
        """Load DX's file of the day's scans, every third day with a row that is not ours and one whose date is broken."""
        lines = list(self._scans_of(now))
        if not lines:
            return
        today = timezone.localdate(now)
        if len(lines) > 12 and today.toordinal() % 3 == 0:
            lines += [
                f"CB22222222222,4100999999,Delivered,{today:%d/%m/%Y} 10:00",
                "CB33333333333,4100999998,Delivered,yesterday",
            ]
        content = "\r\n".join([_HEADINGS, *lines, ""]).encode()
        name = f"dx-tracking-{today:%Y-%m-%d}.csv"
        import_tracking(content=content, file_name=name, actor=self.officer, by=Who.STAFF, now=now)

    def _scans_of(self, now: datetime) -> Iterator[str]:
        # Twice as many days as working days, so that no weekend or holiday hides a parcel.
        since = now - timedelta(days=2 * LAST_SCAN + 4)
        sent = Consignment.objects.filter(live=True, batch__sent_at__range=(since, now)).select_related("batch")
        for parcel in sent.order_by("pk"):
            plan = Parcel.USUAL if parcel.order_id in self._again else self.plans[parcel.order_id][0]
            assert parcel.batch.sent_at is not None
            days = working_days_between(parcel.batch.sent_at, now)
            for day, clock, event in SCANS[plan]:
                if day == days:
                    at = moment(timezone.localdate(now), clock)
                    if event == "Delivered":
                        # A van has many doors to go to.
                        at += timedelta(minutes=parcel.pk * 37 % 190)
                    at = timezone.localtime(at)
                    yield f"{parcel.reference},{4_100_000_000 + parcel.pk},{event},{at:%d/%m/%Y %H:%M}"
