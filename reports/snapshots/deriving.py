"""Figures that are worked out from others that are published, and so can tell nothing that those do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from reports.disclosure.shapes import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    ProtectedCell,
    ProtectedTable,
    PublishedBefore,
)
from reports.measures.delivering import DISPATCHED, FULFILMENT, RETURNED, SHARE_RETURNED
from reports.measures.ordering import WEEK_BY_REGION
from reports.measures.reaching import BADGES_FOR_EACH, LISTINGS, REACH_BY_REGION
from reports.measures.wording import BADGES
from reports.periods import Period

_TENTH = Decimal("0.1")
# A figure and the mark that stands in its place, one of them empty.
Shown = tuple[Decimal | None, str]
Cells = Mapping[tuple[str, str], Shown]


def with_derived(tables: Sequence[ProtectedTable], history: Iterable[PublishedBefore]) -> list[ProtectedTable]:
    """`tables` with the cells filled in that rest on several tables, or on two counts of which neither is part of the other."""
    regions = _regions_by_week(tables, history)

    def derive(table: ProtectedTable) -> ProtectedTable:
        if table.table.code == REACH_BY_REGION.code:
            weeks = [regions.get(monday) for monday in _mondays(table.period)]
            return _with(table, BADGES_FOR_EACH.code, lambda row, cells: _for_each(row, cells, weeks))
        if table.table.code == FULFILMENT.code:
            return _with(table, SHARE_RETURNED.code, _share_returned)
        return table

    return [derive(table) for table in tables]


def _regions_by_week(tables: Iterable[ProtectedTable], history: Iterable[PublishedBefore]) -> dict[date, Cells]:
    """The published table by region of each week, the newest version of it."""
    earlier = sorted((each for each in history if each.code == WEEK_BY_REGION.code), key=lambda each: each.version)
    found = {each.period.starts: _cells(each.cells) for each in earlier}
    return found | {t.period.starts: _cells(t.cells) for t in tables if t.table.code == WEEK_BY_REGION.code}


def _with(table: ProtectedTable, measure: str, worked_out: Callable[[str, Cells], Shown]) -> ProtectedTable:
    cells = _cells(table.cells)

    def derive(cell: ProtectedCell) -> ProtectedCell:
        if cell.measure != measure:
            return cell
        value, mark = worked_out(cell.row, cells)
        return replace(cell, value=value, mark=mark)

    return replace(table, cells=[derive(cell) for cell in table.cells])


def _share_returned(row: str, cells: Cells) -> Shown:
    value, mark = _divided(cells[row, RETURNED.code], cells[row, DISPATCHED.code])
    return (None, mark) if value is None else ((100 * value).quantize(_TENTH, ROUND_HALF_UP), "")


def _for_each(row: str, cells: Cells, weeks: Sequence[Cells | None]) -> Shown:
    badges = [week.get((row, BADGES.code), (None, NOT_AVAILABLE)) if week else (None, NOT_AVAILABLE) for week in weeks]
    total = (sum((value for value, _ in badges if value is not None), Decimal(0)), _worst(mark for _, mark in badges))
    value, mark = _divided(total if not total[1] else (None, total[1]), cells[row, LISTINGS.code])
    return (None, mark) if value is None else (value.quantize(_TENTH, ROUND_HALF_UP), "")


def _divided(above: Shown, below: Shown) -> Shown:
    if above[0] is None or below[0] is None:
        return None, _worst((above[1], below[1]))
    return (above[0] / below[0], "") if below[0] else (None, NOT_APPLICABLE)


def _worst(marks: Iterable[str]) -> str:
    """What to put in the place of a figure that rests on others with these marks."""
    found = set(marks)
    return next((mark for mark in (HIDDEN, NOT_AVAILABLE, NOT_APPLICABLE) if mark in found), "")


def _cells(cells: Iterable[ProtectedCell]) -> Cells:
    return {(cell.row, cell.measure): (cell.value, cell.mark) for cell in cells}


def _mondays(period: Period) -> list[date]:
    weeks = (period.ends - period.starts).days // 7
    return [period.starts + timedelta(weeks=n) for n in range(weeks)]
