"""The orders of a period laid out once, with all that they are counted by, so that every table reads them in one short pass.

The layout is a temporary table of the transaction: (organisation, region, authority, type, route, state) with orders and badges.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from reports.measures.shapes import TOTAL, RawCell
from reports.periods import Period
from reports.places.areas import areas

# What a table may be broken down by: the columns of the layout.
DIMENSIONS = ("region", "authority", "type", "route", "state")
_kept: ContextVar[set[Period] | None] = ContextVar("kept", default=None)

# The organisation as a number: the provider that the order or its listing names, else the name in one spelling, else the account.
ORGANISATION = """hashtextextended(CASE
    WHEN o.provider_id <> '' THEN 'provider ' || o.provider_id
    WHEN l.provider_id IS NOT NULL THEN 'provider ' || l.provider_id
    WHEN o.organisation_key <> '' THEN 'name ' || o.organisation_key
    ELSE 'account ' || o.account_id END, 0)"""
OF_LISTING = "LEFT JOIN verification_listing l ON l.location_id = o.location_id AND o.location_id <> ''"
# What is kept and not used is not counted either: of an account, or of a recipient without one.
NOT_RESTRICTED = (
    "JOIN accounts_user a ON a.id = o.account_id AND a.restricted_at IS NULL AND o.recipient_restricted_at IS NULL"
)

_DECIDED = """
    SELECT e.order_id, bool_or(e.kind IN ('approve', 'refuse')) AS by_person
    FROM orders_order o JOIN orders_orderevent e ON e.order_id = o.id
    WHERE o.placed_at >= %(starts)s AND o.placed_at < %(ends)s AND e.at < %(ends)s
        AND e.kind IN ('verify', 'approve', 'refuse')
    GROUP BY e.order_id
"""
# Where an order was at the end: where it is, unless it has moved since; then where its first later move came from.
STATE_AT_END = """CASE WHEN o.state_changed_at < %(ends)s THEN o.state ELSE coalesce((
    SELECT e.from_state FROM orders_orderevent e
    WHERE e.order_id = o.id AND e.at >= %(ends)s AND e.to_state <> '' ORDER BY e.at, e.id LIMIT 1), o.state) END"""
_LAY_OUT = f"""
CREATE TEMPORARY TABLE {{name}} ON COMMIT DROP AS
WITH decided AS ({_DECIDED}), known AS (
    SELECT * FROM unnest(%(authorities)s::text[], %(of_region)s::text[]) AS t (code, region)
), laid AS (
    SELECT {ORGANISATION} AS organisation,
        coalesce(listed.region, posted.region, 'unknown') AS region,
        coalesce(listed.code, posted.code, 'unknown') AS authority,
        CASE WHEN o.cqc_registered THEN 'cqc' ELSE coalesce(nullif(o.organisation_type, ''), 'other') END AS type,
        CASE WHEN d.order_id IS NULL THEN 'undecided'
            WHEN o.cqc_registered THEN CASE WHEN d.by_person THEN 'cqc_checked' ELSE 'cqc_matched' END
            ELSE CASE WHEN d.by_person THEN 'not_cqc_checked' ELSE 'not_cqc_small' END END AS route,
        {STATE_AT_END} AS state,
        o.quantity
    FROM orders_order o {NOT_RESTRICTED} {OF_LISTING}
    LEFT JOIN decided d ON d.order_id = o.id
    LEFT JOIN known listed ON listed.code = l.local_authority_code
    LEFT JOIN reports_postcodeplace p ON p.postcode = replace(coalesce(l.postcode, o.postcode), ' ', '')
    LEFT JOIN known posted ON posted.code = p.authority
    WHERE o.placed_at >= %(starts)s AND o.placed_at < %(ends)s
)
SELECT organisation, region, authority, type, route, state, count(*) AS orders, sum(quantity)::bigint AS badges
FROM laid GROUP BY organisation, region, authority, type, route, state
"""


@contextmanager
def laid_out_once() -> Iterator[None]:
    """Within this block each period's orders are read once, however many tables count them. Needs an open transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The layout lives as long as a transaction.")
    kept: set[Period] = set()
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
    for period in kept:
        _drop(period)


@contextmanager
def cohort(period: Period) -> Iterator[str]:
    """The name of the temporary table with the orders placed in `period`."""
    kept = _kept.get()
    if kept is not None and period in kept:
        yield _name(period)
        return
    with transaction.atomic():
        _lay_out(period)
        if kept is not None:
            kept.add(period)
        yield _name(period)
        if kept is None:
            _drop(period)


def count_by(period: Period, dimension: str, rows: list[tuple[str, str]]) -> Iterator[RawCell]:
    """Orders, badges and organisations of `period`: the total, then each of `rows` (code, label) of `dimension`.

    A value that `rows` does not have is given as a row of its own at the end, so that nothing is left out of the sum.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"Orders are not counted by {dimension}.")
    with cohort(period) as name, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {dimension}, sum(orders), sum(badges), count(DISTINCT organisation) FROM {name} GROUP BY {dimension}"
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    yield from total(period)
    known = {code for code, _ in rows}
    for code, label in [*rows, *((code, code) for code in sorted(found.keys() - known))]:
        yield from _cells(code, label, *found.get(code, (0, 0, 0)))


def total(period: Period) -> Iterator[RawCell]:
    """Orders, badges and organisations of `period` in all."""
    with cohort(period) as name, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(sum(orders), 0), coalesce(sum(badges), 0), count(DISTINCT organisation) FROM {name}"
        )
        yield from _cells(TOTAL, "Total", *cursor.fetchone())


def _cells(row: str, label: str, orders: int, badges: int, organisations: int) -> Iterator[RawCell]:
    for measure, value in (("orders", orders), ("badges", badges), ("organisations", organisations)):
        yield RawCell(row, label, measure, int(value), organisations)


def _lay_out(period: Period) -> None:
    known = areas()
    with connection.cursor() as cursor:
        cursor.execute(
            _LAY_OUT.format(name=_name(period)),
            {
                "starts": period.starts_at,
                "ends": period.ends_at,
                "authorities": [area.code for area in known.authorities],
                "of_region": [area.region for area in known.authorities],
            },
        )
        cursor.execute(f"ANALYZE {_name(period)}")


def _name(period: Period) -> str:
    return f"reports_cohort_{period.starts:%Y%m%d}_{period.ends:%Y%m%d}"


def _drop(period: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_name(period)}")
