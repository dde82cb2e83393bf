"""Words that many definitions share, and the measures that stand in more than one table."""

from __future__ import annotations

from reports.measures.shapes import Measure, Unit

IN_PERIOD = (
    "Counts what happened in the period, as known when the figures were first published. It is not changed later."
)
AT_END = "As it stood when the period ended, at midnight on Sunday."

ORDERS = Measure(
    code="orders",
    title="Orders",
    text="Orders placed in the period, whatever became of them, but not of people who limited the use of their data.",
    unit=Unit.ORDERS,
    as_of=IN_PERIOD,
)
BADGES = Measure(
    code="badges",
    title="Badges",
    text="Badges asked for in those orders.",
    unit=Unit.BADGES,
    as_of=IN_PERIOD,
)
ORGANISATIONS = Measure(
    code="organisations",
    title="Organisations",
    text=(
        "Different organisations behind those orders: the CQC provider where it is known, else organisations of one name, else "
        "the account. An organisation with orders in more than one row counts in each, so rows can add up to more than the total."
    ),
    unit=Unit.ORGANISATIONS,
    as_of=IN_PERIOD,
)
ORDERED = (ORDERS, BADGES, ORGANISATIONS)
