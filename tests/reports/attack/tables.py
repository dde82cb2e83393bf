"""The tables of a snapshot as disclosure control sees them, without a database behind them."""

from __future__ import annotations

from reports.measures.shapes import Control, Level, Measure, Table, Unit
from reports.periods import PeriodKind

NAMES = {
    "E12000001": "North East",
    "E12000002": "North West",
    "E12000003": "Yorkshire and The Humber",
    "E12000004": "East Midlands",
    "E12000005": "West Midlands",
    "E12000006": "East of England",
    "E12000007": "London",
    "E12000008": "South East",
    "E12000009": "South West",
}
REGION_CODES = list(NAMES)
TYPES = [
    "cqc",
    "care_home",
    "home_care",
    "supported",
    "shared_lives",
    "personal_assistant",
    "agency",
    "charity",
    "council",
    "other",
]
ROUTES = ["cqc_matched", "cqc_checked", "not_cqc_small", "not_cqc_checked", "undecided"]
STATES = [
    "placed",
    "checking",
    "awaiting_provider",
    "verified",
    "batched",
    "dispatched",
    "delivered",
    "returned",
    "refused",
    "cancelled",
]


def measure(code: str, unit: Unit = Unit.ORDERS, control: Control = Control.COUNT, **more: object) -> Measure:
    return Measure(code, code, code, unit, "as published", control, **more)  # type: ignore[arg-type]


def table(code: str, level: Level, *measures: Measure, kind: PeriodKind = PeriodKind.WEEK) -> Table:
    return Table(code, code, code, "Row", kind, level, measures, lambda period: [])


_COUNTS = (measure("orders"), measure("badges", Unit.BADGES), measure("organisations", Unit.ORGANISATIONS))
WEEK = table("week", Level.NATIONAL, *_COUNTS, measure("accounts", Unit.ACCOUNTS))
BY_REGION = table("week_by_region", Level.BELOW_NATIONAL, *_COUNTS)
BY_TYPE = table("week_by_type", Level.NATIONAL, *_COUNTS)
BY_ROUTE = table("week_by_route", Level.NATIONAL, *_COUNTS)
BY_STATE = table("week_by_state", Level.NATIONAL, *_COUNTS)
AUTHORITIES = table("four_weeks_by_authority", Level.BELOW_NATIONAL, *_COUNTS, kind=PeriodKind.FOUR_WEEKS)
VERIFICATION = table(
    "verification",
    Level.NATIONAL,
    measure("decided"),
    measure("matched_without_person"),
    measure("share_matched", Unit.PERCENT, Control.RATIO, ratio_of=("matched_without_person", "decided")),
    measure("queue_length"),
    measure("queue_oldest_days", Unit.DAYS, Control.TYPICAL, bases=("queue_length",)),
    measure("hours_to_decide", Unit.HOURS, Control.TYPICAL, bases=("decided", "matched_without_person")),
)
FULFILMENT = table(
    "fulfilment",
    Level.NATIONAL,
    measure("dispatched"),
    measure("delivered"),
    measure("returned"),
    measure("on_its_way"),
    measure("days_to_dispatch", Unit.DAYS, Control.TYPICAL, bases=("dispatched",)),
)
STOCK = table(
    "stock",
    Level.NATIONAL,
    measure("received", Unit.BADGES, Control.PUBLIC),
    measure("available", Unit.BADGES),
    measure("weeks_of_cover", Unit.WEEKS, Control.RATIO),
)
TABLES = {
    each.code: each
    for each in (WEEK, BY_REGION, BY_TYPE, BY_ROUTE, BY_STATE, AUTHORITIES, VERIFICATION, FULFILMENT, STOCK)
}
