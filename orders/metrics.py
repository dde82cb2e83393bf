"""The figures of this room: orders by state, how long the oldest has waited, stock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min

from badgeportal.watch.gauges import Gauge, age, register
from orders.lifecycle import OPEN_STATES
from orders.models import Order, StockBalance


@register
def order_figures(now: datetime) -> Iterable[Gauge]:
    """Orders under way and stock. Four queries, whatever the data."""
    # Those that have ended only grow in number: counting a million of them four times a minute would tell nobody anything.
    counts = dict(Order.objects.open().order_by().values_list("state").annotate(n=Count("pk")))
    under_way = {str(state): float(counts.get(state, 0)) for state in OPEN_STATES}
    yield Gauge("portal_orders", "Orders under way, by state.", under_way, "state")
    queues = {"assessment": Order.objects.awaiting_assessment(), "dispatch": Order.objects.awaiting_dispatch()}
    ages = {
        name: age(now, waiting.order_by().aggregate(since=Min("state_changed_at"))["since"])
        for name, waiting in queues.items()
    }
    yield Gauge("portal_queue_age_seconds", "How long the oldest order has waited for a stage.", ages, "queue")
    balance = StockBalance.current()
    badges = {
        "on_hand": float(balance.on_hand),
        "reserved": float(balance.reserved),
        "available": float(balance.available),
    }
    yield Gauge("portal_stock_badges", "Badges on the shelf, promised, and free to order.", badges, "kind")
