"""Asking the database for the figures of a period."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connection

from reports.periods import Period


def ask(statement: str, period: Period, **further: Any) -> list[tuple[Any, ...]]:
    """The rows of `statement`, which knows the first moment as `starts`, and the first moment after the end as `ends`."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"starts": period.starts_at, "ends": period.ends_at, **further})
        return list(cursor.fetchall())


def ratio(part: int, whole: int, *, times: int = 1) -> Decimal | None:
    """`part` divided by `whole`, times `times`, with one decimal; None when there is nothing to divide by."""
    return tenths(Decimal(times * part) / whole) if whole else None


def tenths(value: float | Decimal | None) -> Decimal | None:
    """With one decimal; None stays None."""
    return round(Decimal(value), 1) if value is not None else None


def fewest(part: int, rest: int) -> int:
    """How many stand behind a part that is shown beside its whole: the fewer of those in the part and in the rest, if any."""
    return min(part, rest) if part and rest else part or rest
