"""The one way from true figures to figures that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reports.disclosure.shapes import (
    FEWEST_ORGANISATIONS,
    HIDDEN,
    NOT_AVAILABLE,
    ROUNDED_TO,
    ProtectedCell,
    ProtectedTable,
    PublishedBefore,
)
from reports.measures.shapes import RawCell, Table
from reports.periods import Period


def protect(
    raw: Sequence[tuple[Table, Period, Sequence[RawCell]]], history: Sequence[PublishedBefore] = ()
) -> list[ProtectedTable]:
    """Every table of one snapshot as it may be published, in the order given.

    `raw` holds all tables of the snapshot together, because a table can give away what another hides. `history` is what
    `reports.disclosure.history` reads for it: the tables of earlier weeks and earlier versions that are tied to these.
    """
    return [_first(table, period, cells) for table, period, cells in raw]


def _first(table: Table, period: Period, cells: Sequence[RawCell]) -> ProtectedTable:
    shown = [_cell(cell) for cell in cells]
    rule = f"Counts of fewer than {FEWEST_ORGANISATIONS} organisations are hidden, others rounded to the nearest {ROUNDED_TO}."
    return ProtectedTable(table, period, shown, ROUNDED_TO, rule)


def _cell(cell: RawCell) -> ProtectedCell:
    if cell.value is None:
        return ProtectedCell(cell.row, cell.label, cell.measure, None, NOT_AVAILABLE)
    if cell.value and cell.organisations < FEWEST_ORGANISATIONS:
        return ProtectedCell(cell.row, cell.label, cell.measure, None, HIDDEN)
    return ProtectedCell(cell.row, cell.label, cell.measure, Decimal(ROUNDED_TO * round(cell.value / ROUNDED_TO)))
