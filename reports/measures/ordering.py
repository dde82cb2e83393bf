"""What was ordered: orders, badges and organisations, by where and by whom, and new accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from accounts.audit_kinds import ADDRESS_CONFIRMED
from orders.lifecycle import State
from orders.models.answers import OrganisationType
from reports.measures.cohort import count_by, total
from reports.measures.shapes import TOTAL, UNKNOWN, Level, Measure, RawCell, Table, Unit
from reports.measures.wording import IN_PERIOD, ORDERED
from reports.periods import Period, PeriodKind
from reports.places.areas import areas

ACCOUNTS = Measure(
    code="accounts",
    title="New accounts",
    text="Accounts of people who order, whose email address was confirmed for the first time in the period.",
    unit=Unit.ACCOUNTS,
    as_of=IN_PERIOD,
)
# Confirmed before, or not a provider: not new. An organisation has one name however its capitals and signs are written.
_NEW_ACCOUNTS = """
    SELECT count(*), count(DISTINCT coalesce(
        nullif(regexp_replace(lower(a.organisation), '[^a-z0-9]', '', 'g'), ''), 'account ' || a.id))
    FROM accounts_user a
    WHERE a.id IN (SELECT v.subject_id::bigint FROM audit_auditevent v
            WHERE v.kind = %(kind)s AND v.subject_type = 'accounts.user' AND v.at >= %(starts)s AND v.at < %(ends)s)
        AND a.restricted_at IS NULL AND NOT a.is_staff
        AND NOT EXISTS (SELECT FROM accounts_user_groups g WHERE g.user_id = a.id)
        AND NOT EXISTS (SELECT FROM audit_auditevent e WHERE e.subject_type = 'accounts.user' AND e.subject_id = a.id::text
            AND e.kind = %(kind)s AND e.at < %(starts)s)
"""
_UNKNOWN_PLACE = (UNKNOWN, "Not known, or not in England")
_TYPES = [("cqc", "Registered with CQC"), *((kind.value, kind.label) for kind in OrganisationType)]
_ROUTES = [
    ("cqc_matched", "CQC registered, matched without a person"),
    ("cqc_checked", "CQC registered, checked by a person"),
    ("not_cqc_small", "Not CQC registered, few badges and no check needed"),
    ("not_cqc_checked", "Not CQC registered, checked by a person"),
    ("undecided", "Not decided"),
]


def _week(period: Period) -> Iterator[RawCell]:
    yield from total(period)
    with connection.cursor() as cursor:
        dates: dict[str, str | datetime] = {
            "kind": ADDRESS_CONFIRMED,
            "starts": period.starts_at,
            "ends": period.ends_at,
        }
        cursor.execute(_NEW_ACCOUNTS, dates)
        accounts, organisations = cursor.fetchone()
    yield RawCell(TOTAL, "Total", ACCOUNTS.code, accounts, organisations)


def _by_region(period: Period) -> Iterator[RawCell]:
    return count_by(period, "region", [*((area.code, area.name) for area in areas().regions), _UNKNOWN_PLACE])


def _by_type(period: Period) -> Iterator[RawCell]:
    return count_by(period, "type", _TYPES)


def _by_route(period: Period) -> Iterator[RawCell]:
    return count_by(period, "route", _ROUTES)


def _by_state(period: Period) -> Iterator[RawCell]:
    return count_by(period, "state", [(state.value, state.label) for state in State])


def _by_authority(period: Period) -> Iterator[RawCell]:
    return count_by(period, "authority", [*((area.code, area.name) for area in areas().authorities), _UNKNOWN_PLACE])


WEEK = Table(
    code="week",
    title="Orders, badges and new accounts in the week",
    text="How much was ordered in the week, by how many organisations, and how many accounts are new.",
    rows_title="England",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=(*ORDERED, ACCOUNTS),
    query=_week,
)
WEEK_BY_REGION = Table(
    code="week_by_region",
    title="Orders and badges in the week by region",
    text=(
        "The region is that of the council in which the place on CQC’s register lies for which the badges were ordered. For "
        "other orders it comes from the delivery address’s postcode, by the ONS Postcode Directory. Addresses outside England "
        "are with those not known."
    ),
    rows_title="Region",
    period=PeriodKind.WEEK,
    level=Level.BELOW_NATIONAL,
    measures=ORDERED,
    query=_by_region,
)
WEEK_BY_TYPE = Table(
    code="week_by_type",
    title="Orders and badges in the week by type of provider",
    text="Providers who are registered with CQC stand in one row. Others say themselves what kind of organisation they are.",
    rows_title="Type of provider",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=ORDERED,
    query=_by_type,
)
WEEK_BY_ROUTE = Table(
    code="week_by_route",
    title="Orders and badges in the week by how they were verified",
    text=(
        "How orders placed in the week had been verified when it ended. An order is checked by a person if a person at APS "
        "approved or refused it. Orders that nobody had decided by then are not decided, also if they were cancelled."
    ),
    rows_title="Route",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=ORDERED,
    query=_by_route,
)
WEEK_BY_STATE = Table(
    code="week_by_state",
    title="Orders and badges in the week by state",
    text="Where orders placed in the week stood when it ended.",
    rows_title="State",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=ORDERED,
    query=_by_state,
)
FOUR_WEEKS_BY_AUTHORITY = Table(
    code="four_weeks_by_authority",
    title="Orders and badges in four weeks by local authority",
    text=(
        "Councils with responsibility for adult social care. The place of an order is found as in the table by region, and each "
        "council lies in one region, so its orders are in both tables or in neither."
    ),
    rows_title="Local authority",
    period=PeriodKind.FOUR_WEEKS,
    level=Level.BELOW_NATIONAL,
    measures=ORDERED,
    query=_by_authority,
)
