"""A draft as a protected table: every cell rounded, hidden, or worked out from other published cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from reports.disclosure.drafts import Draft
from reports.disclosure.figures import ratio, rounded, typical
from reports.disclosure.names import WEEKS_OF_COVER
from reports.disclosure.rules import rule_of
from reports.disclosure.shapes import HIDDEN, NOT_AVAILABLE, ProtectedCell, ProtectedTable
from reports.measures.shapes import Control, Measure, RawCell

Printed = dict[str, ProtectedCell]


def printed(draft: Draft, *, cover: Decimal | None) -> ProtectedTable:
    """The table as decided. `cover` is the published badges of an average week, for the weeks that the stock will last."""
    cells: list[ProtectedCell] = []
    for row in draft.rows:
        label = next(cell.label for (each, _), cell in draft.cells.items() if each == row)
        done: Printed = {}
        # Counts first: ratios and typical values follow what became of them.
        for measure in sorted(draft.table.measures, key=lambda each: each.control in (Control.RATIO, Control.TYPICAL)):
            if (cell := _cell(draft, measure, row, label, done, cover)) is not None:
                done[measure.code] = cell
        cells.extend(done[measure.code] for measure in draft.table.measures if measure.code in done)
    return ProtectedTable(draft.table, draft.period, cells, draft.rounded_to, rule_of(draft))


def _cell(
    draft: Draft, measure: Measure, row: str, label: str, done: Mapping[str, ProtectedCell], cover: Decimal | None
) -> ProtectedCell | None:
    raw = draft.cells.get((row, measure.code))
    if draft.is_kept(row, measure.code):
        return _as_before(draft, row, measure)
    if measure.code == WEEKS_OF_COVER:
        return _weeks_of_cover(row, label, measure, done, cover)
    if measure.control is Control.RATIO and measure.ratio_of is not None:
        above, below = (done.get(code) for code in measure.ratio_of)
        if above is None and below is None:
            return None
        return ProtectedCell(row, label, measure.code, *ratio(measure, above, below))
    if raw is None:
        return None
    if measure.control is Control.COUNT:
        return _count(draft, raw)
    if measure.control is Control.TYPICAL:
        return typical(raw, bases=[done[code] for code in measure.bases if code in done])
    if measure.control is Control.PUBLIC and raw.value is not None:
        return ProtectedCell(row, label, measure.code, Decimal(raw.value))
    return ProtectedCell(row, label, measure.code, None, NOT_AVAILABLE)


def _count(draft: Draft, raw: RawCell) -> ProtectedCell:
    if raw.value is None:
        return ProtectedCell(raw.row, raw.label, raw.measure, None, NOT_AVAILABLE)
    if draft.is_hidden(raw.row, raw.measure):
        return ProtectedCell(raw.row, raw.label, raw.measure, None, HIDDEN)
    return ProtectedCell(raw.row, raw.label, raw.measure, rounded(raw.value, draft.step_of(raw.measure)))


def _as_before(draft: Draft, row: str, measure: Measure) -> ProtectedCell:
    """What was published before, rounded if the table is no longer exact."""
    before = draft.printed[row, measure.code]
    if before.value is None or measure.control is not Control.COUNT:
        return before
    return replace(before, value=rounded(before.value, draft.step_of(measure.code)))


def _weeks_of_cover(
    row: str, label: str, measure: Measure, done: Mapping[str, ProtectedCell], cover: Decimal | None
) -> ProtectedCell:
    available = done.get("available")
    if available is None or available.value is None or not cover:
        return ProtectedCell(row, label, measure.code, None, NOT_AVAILABLE)
    return ProtectedCell(row, label, measure.code, (available.value / cover).quantize(Decimal("0.1")))
