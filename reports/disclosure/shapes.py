"""The shapes that disclosure control gives: protected tables, and what was published before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.measures.shapes import RawCell, Table
from reports.periods import Period

# Fewer distinct organisations than this behind a count hide it.
FEWEST_ORGANISATIONS = 8
ROUNDED_TO = 5
HIDDEN = "c"
NOT_AVAILABLE = "x"
NOT_APPLICABLE = "z"


@dataclass(frozen=True, slots=True)
class ProtectedCell:
    """One figure as it is published: `value` with an empty `mark`, or None with `c`, `x` or `z`."""

    row: str
    label: str
    measure: str
    value: Decimal | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """One table as it is published. `rounded_to` is 1 when its counts are exact; `rule` is stored and printed with it."""

    table: Table
    period: Period
    cells: list[ProtectedCell]
    rounded_to: int
    rule: str


@dataclass(frozen=True, slots=True)
class PublishedBefore:
    """A table that is out already: whatever came before, also of a snapshot withdrawn since.

    `raw` is what the table's query gives for that period today. It tells how large the cells are that were hidden then, and
    is not asked for where nothing was hidden.
    """

    code: str
    period: Period
    version: int
    cells: Sequence[ProtectedCell]
    rounded_to: int
    rule: str
    raw: Sequence[RawCell] = ()
