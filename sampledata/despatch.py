"""The warehouse's and DX's side of the sample data: batches, tracking files, parcels that came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from django.utils import timezone

from badgeportal.actor import Actor
from fulfilment.batches import create_batch
from fulfilment.models import Batch, Consignment
from fulfilment.returns import cancel_returned, send_again
from fulfilment.sending import cancel_batch, close_batch, mark_batch_sent
from fulfilment.tracking.importing import import_tracking
from orders.lifecycle import State, Who
from orders.models import Order
from sampledata.stories import Parcel, Story, Then

_SENT_DAY = [(0, "16:40", "Order"), (0, "17:50", "Scan at collection")]
_NEXT_MORNING = [(1, "04:35", "Scan at delivery"), (1, "08:10", "Out for delivery")]
_NOBODY_IN = [*_SENT_DAY, *_NEXT_MORNING, (1, "12:40", "Not delivered - no answer")]
# What DX scans, by working days after the batch was sent.
SCANS: dict[Parcel, list[tuple[int, str, str]]] = {
    Parcel.USUAL: [*_SENT_DAY, *_NEXT_MORNING, (1, "11:25", "Delivered")],
    Parcel.SLOW: [*_NOBODY_IN, (2, "08:05", "Out for delivery"), (2, "10:15", "Delivered")],
    Parcel.STUCK: [*_NOBODY_IN, (2, "11:50", "Not delivered - no answer")],
    Parcel.COMES_BACK: [*_NOBODY_IN, (2, "11:50", "Not delivered - no answer"), (3, "15:10", "Returned to sender")],
}
_HEADINGS = "Reference,Consignment Number,Event,Event Time"


class Warehouse:
    """One fulfilment officer's work. `orders` grows while the days go by."""

    def __init__(
        self,
        officer: Actor,
        orders: list[tuple[Story, Order]],
        *,
        day_number: Callable[[datetime, datetime], int],
    ) -> None:
        self.officer = officer
        self.orders = orders
        self._day_number = day_number
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
        """Decide about each parcel that came back, as its story says."""
        for story, order in self.orders:
            order.refresh_from_db()
            if order.state != State.RETURNED or story.then is Then.WAIT:
                continue
            if story.then is Then.SEND_AGAIN:
                self._again.add(order.pk)
                send_again(order=order, actor=self.officer, now=now)
            else:
                cancel_returned(order=order, actor=self.officer, now=now)

    def load_tracking(self, now: datetime) -> None:
        """Load DX's file of the day's scans, with a row that is not ours and one whose date is broken."""
        lines = list(self._scans_of(now))
        if not lines:
            return
        if len(lines) > 12:
            lines += [
                "CB22222222222,4100999999,Delivered,01/11/2026 10:00",
                "CB33333333333,4100999998,Delivered,yesterday",
            ]
        content = "\r\n".join([_HEADINGS, *lines, ""]).encode()
        name = f"dx-tracking-{timezone.localdate(now):%Y-%m-%d}.csv"
        import_tracking(content=content, file_name=name, actor=self.officer, by=Who.STAFF, now=now)

    def _scans_of(self, now: datetime) -> Iterator[str]:
        plans = {order.pk: story.parcel for story, order in self.orders}
        sent = Consignment.objects.filter(live=True, batch__sent_at__lt=now).select_related("batch").order_by("pk")
        for parcel in sent:
            plan = Parcel.USUAL if parcel.order_id in self._again else plans[parcel.order_id]
            assert parcel.batch.sent_at is not None
            days = self._day_number(parcel.batch.sent_at, now)
            for day, clock, event in SCANS[plan]:
                if day == days:
                    at = datetime.combine(timezone.localdate(now), time.fromisoformat(clock))
                    yield f"{parcel.reference},{4_100_000_000 + parcel.pk},{event},{at:%d/%m/%Y %H:%M}"
