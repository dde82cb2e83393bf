"""Every table that is published, in the order in which it is shown. Pages, workbooks, notes and documents read this list."""

from __future__ import annotations

from reports.measures import delivering, ordering, reaching, rights, verifying
from reports.measures.shapes import Table

TABLES: tuple[Table, ...] = (
    ordering.WEEK,
    ordering.WEEK_BY_REGION,
    ordering.WEEK_BY_TYPE,
    ordering.WEEK_BY_ROUTE,
    ordering.WEEK_BY_STATE,
    verifying.VERIFICATION,
    delivering.FULFILMENT,
    delivering.STOCK,
    rights.DATA_REQUESTS,
    ordering.FOUR_WEEKS_BY_AUTHORITY,
    verifying.REFUSALS_BY_REASON,
    reaching.REACH_BY_REGION,
)
_BY_CODE = {each.code: each for each in TABLES}


def table(code: str) -> Table:
    """The table with that code. Raises KeyError."""
    return _BY_CODE[code]
