"""Reaching the states of fulfilment by the actions that people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from badgeportal.actor import Actor
from fulfilment.batches import create_batch
from fulfilment.models import Batch, TrackingImport
from fulfilment.sending import close_batch, mark_batch_sent
from fulfilment.tracking.importing import import_tracking
from orders.lifecycle import Who
from orders.models import Order, OrderDraft
from orders.placing import place_order
from orders.stock import receive_badges
from tests.factories.user import UserFactory
from verification.assessing import assess_orders

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=LONDON)
JOB = Actor.system("test")
HEADER = "Reference,Consignment number,Event,Time\n"


def placed_order(*, now: datetime = NOW, **answers: Any) -> Order:
    """An order of 5 badges of a new provider that is not CQC registered, with `answers` instead of the usual ones."""
    account = UserFactory.create()
    usual: dict[str, Any] = {
        "cqc_registered": False,
        "organisation_name": f"Day Centre {account.pk}",
        "organisation_type": "day_service",
        "quantity": 5,
        "recipient_name": f"Robin Example {account.pk}",
        "address_line_1": f"{account.pk} Sample Street",
        "address_line_2": "",
        "town": "Leeds",
        "county": "",
        "postcode": "LS1 4AP",
    }
    draft = OrderDraft.objects.create(account=account, started_at=now, updated_at=now, **(usual | answers))
    receive_badges(quantity=draft.quantity or 1, reason="delivery from the maker", actor=JOB, now=now)
    return place_order(account=account, draft_id=draft.pk, version=draft.version, now=now)


def verified_order(*, now: datetime = NOW, **answers: Any) -> Order:
    """An order that the portal accepted."""
    return verified_orders(1, now=now, **answers)[0]


def verified_orders(count: int, *, now: datetime = NOW, **answers: Any) -> list[Order]:
    """`count` orders that the portal accepted, oldest first."""
    orders = [placed_order(now=now + timedelta(seconds=number), **answers) for number in range(count)]
    assess_orders(now=now)
    for order in orders:
        order.refresh_from_db()
        assert order.state == "verified"
    return orders


def open_batch(*, limit: int | None = None, now: datetime = NOW) -> Batch:
    """A batch of the orders that wait."""
    batch = create_batch(limit=limit, actor=JOB, by=Who.SYSTEM, now=now).batch
    assert batch is not None
    return batch


def closed_batch(*, now: datetime = NOW) -> Batch:
    return close_batch(batch_id=open_batch(now=now).pk, actor=JOB, now=now)


def sent_batch(*, now: datetime = NOW) -> Batch:
    batch = closed_batch(now=now)
    mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=now)
    batch.refresh_from_db()
    return batch


def load(*rows: str, header: str = HEADER, now: datetime = NOW + timedelta(days=30)) -> TrackingImport:
    """Read in a tracking file with these rows."""
    content = (header + "".join(f"{row}\n" for row in rows)).encode()
    return import_tracking(content=content, file_name="dx.csv", actor=JOB, by=Who.SYSTEM, now=now)


def state_of(order: Order) -> str:
    """The state as the database has it."""
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)
