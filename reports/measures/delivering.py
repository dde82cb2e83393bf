"""Parcels on their way to people, and the badges on the shelf."""

from __future__ import annotations

from collections.abc import Iterator

from reports.measures.asking import ask, tenths
from reports.measures.cohort import NOT_RESTRICTED, OF_LISTING, ORGANISATION, total
from reports.measures.shapes import TOTAL, Control, Level, Measure, RawCell, Table, Unit
from reports.measures.wording import AT_END, IN_PERIOD
from reports.periods import Period, PeriodKind

_RECORDED = f"{IN_PERIOD} The period is the one in which the portal learned of it."

DISPATCHED = Measure(
    code="dispatched",
    title="Parcels handed to the courier",
    text="Orders handed to the courier. An order that came back and was sent again counts each time.",
    unit=Unit.ORDERS,
    as_of=_RECORDED,
)
DELIVERED = Measure(
    code="delivered",
    title="Parcels delivered",
    text="Orders that the courier said were delivered.",
    unit=Unit.ORDERS,
    as_of=_RECORDED,
)
RETURNED = Measure(
    code="returned",
    title="Parcels returned",
    text="Orders that the courier brought back to APS.",
    unit=Unit.ORDERS,
    as_of=_RECORDED,
)
ON_ITS_WAY = Measure(
    code="on_its_way",
    title="Parcels on their way",
    text="Orders that were with the courier, neither delivered nor returned.",
    unit=Unit.ORDERS,
    as_of=AT_END,
)
DAYS_TO_DISPATCH = Measure(
    code="days_to_dispatch",
    title="Days from order to dispatch",
    text="The median of the days from placing the order to handing it to the courier, weekends included.",
    unit=Unit.DAYS,
    as_of=_RECORDED,
    control=Control.TYPICAL,
    bases=("dispatched",),
)
DAYS_TO_DELIVERY = Measure(
    code="days_to_delivery",
    title="Days from order to delivery",
    text="The median of the days from placing the order to its delivery by the courier, weekends included.",
    unit=Unit.DAYS,
    as_of=_RECORDED,
    control=Control.TYPICAL,
    bases=("delivered",),
)
SHARE_RETURNED = Measure(
    code="share_returned",
    title="Returned for every hundred handed over",
    text="Parcels returned in the period for every hundred handed to the courier in it. They need not be the same parcels.",
    unit=Unit.PERCENT,
    as_of=_RECORDED,
    control=Control.RATIO,
)
RECEIVED = Measure(
    code="received",
    title="Badges received",
    text="Badges that came from the maker in the period.",
    unit=Unit.BADGES,
    as_of=IN_PERIOD,
    control=Control.PUBLIC,
)
AVAILABLE = Measure(
    code="available",
    title="Badges available",
    text="Badges on the shelf that were not promised to an order. Rounded, as an exact stock would tell of single orders.",
    unit=Unit.BADGES,
    as_of=AT_END,
)
WEEKS_OF_COVER = Measure(
    code="weeks_of_cover",
    title="Weeks of cover",
    text="Badges available, divided by the badges ordered in an average one of the last four weeks that were published.",
    unit=Unit.WEEKS,
    as_of=AT_END,
    control=Control.RATIO,
)

_MOVED = f"""
SELECT count(*) FILTER (WHERE e.kind = 'dispatch'), count(DISTINCT {ORGANISATION}) FILTER (WHERE e.kind = 'dispatch'),
    count(*) FILTER (WHERE e.kind = 'deliver'), count(DISTINCT {ORGANISATION}) FILTER (WHERE e.kind = 'deliver'),
    count(*) FILTER (WHERE e.kind = 'come_back'), count(DISTINCT {ORGANISATION}) FILTER (WHERE e.kind = 'come_back'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.at - o.placed_at) / 86400)
        FILTER (WHERE e.kind = 'dispatch'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM coalesce(c.delivered_at, e.at) - o.placed_at) / 86400)
        FILTER (WHERE e.kind = 'deliver')
FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id {NOT_RESTRICTED} {OF_LISTING}
LEFT JOIN LATERAL (
    SELECT c.delivered_at FROM fulfilment_consignment c WHERE c.order_id = o.id AND c.delivered_at <= e.at
    ORDER BY c.delivered_at DESC LIMIT 1) c ON e.kind = 'deliver'
WHERE e.to_state IN ('dispatched', 'delivered', 'returned') AND e.at >= %(starts)s AND e.at < %(ends)s
"""
# With the courier now and since before the end, or since then gone from there as the first thing that happened to it.
_ON_ITS_WAY = f"""
WITH away AS (
    SELECT o.id FROM orders_order o WHERE o.state = 'dispatched' AND o.state_changed_at < %(ends)s
    UNION ALL
    SELECT e.order_id FROM orders_orderevent e
    WHERE e.to_state IN ('delivered', 'returned') AND e.from_state = 'dispatched' AND e.at >= %(ends)s
        AND NOT EXISTS (SELECT FROM orders_orderevent b WHERE b.order_id = e.order_id AND b.to_state <> ''
            AND b.at >= %(ends)s AND (b.at, b.id) < (e.at, e.id))
)
SELECT count(*), count(DISTINCT {ORGANISATION})
FROM away JOIN orders_order o ON o.id = away.id {NOT_RESTRICTED} {OF_LISTING}
"""
# The balance is the sum of the ledger (a sweep proves it), so what it was is what it is without what came after.
_STOCK = """
SELECT (SELECT coalesce(sum(m.on_hand_change), 0) FROM orders_stockmovement m
        WHERE m.kind = 'received' AND m.at >= %(starts)s AND m.at < %(ends)s),
    (SELECT b.on_hand - b.reserved FROM orders_stockbalance b WHERE b.id = 1)
        - (SELECT coalesce(sum(m.on_hand_change - m.reserved_change), 0) FROM orders_stockmovement m WHERE m.at >= %(ends)s)
"""


def _fulfilment(period: Period) -> Iterator[RawCell]:
    sent, by_sent, arrived, by_arrived, back, by_back, to_dispatch, to_delivery = ask(_MOVED, period)[0]
    yield RawCell(TOTAL, "Total", DISPATCHED.code, sent, by_sent)
    yield RawCell(TOTAL, "Total", DELIVERED.code, arrived, by_arrived)
    yield RawCell(TOTAL, "Total", RETURNED.code, back, by_back)
    yield RawCell(TOTAL, "Total", ON_ITS_WAY.code, *ask(_ON_ITS_WAY, period)[0])
    yield RawCell(TOTAL, "Total", DAYS_TO_DISPATCH.code, tenths(to_dispatch), by_sent)
    yield RawCell(TOTAL, "Total", DAYS_TO_DELIVERY.code, tenths(to_delivery), by_arrived)
    # Worked out from figures that are published, as the weeks of cover are.
    yield RawCell(TOTAL, "Total", SHARE_RETURNED.code, None, by_back)


def _stock(period: Period) -> Iterator[RawCell]:
    received, available = ask(_STOCK, period)[0]
    behind = next(total(period)).organisations
    yield RawCell(TOTAL, "Total", RECEIVED.code, received, 0)
    yield RawCell(TOTAL, "Total", AVAILABLE.code, available, behind)
    # Worked out from figures that are published, and so only once those are known.
    yield RawCell(TOTAL, "Total", WEEKS_OF_COVER.code, None, behind)


FULFILMENT = Table(
    code="fulfilment",
    title="Dispatch and delivery in the week",
    text="What went to the courier, arrived or came back in the week, how long it took, and what was on its way at its end.",
    rows_title="England",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=(DISPATCHED, DELIVERED, RETURNED, ON_ITS_WAY, DAYS_TO_DISPATCH, DAYS_TO_DELIVERY, SHARE_RETURNED),
    query=_fulfilment,
)
STOCK = Table(
    code="stock",
    title="Stock of badges at the end of the week",
    text="What came from the maker in the week, what was left when it ended, and how long that lasts.",
    rows_title="England",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=(RECEIVED, AVAILABLE, WEEKS_OF_COVER),
    query=_stock,
)
