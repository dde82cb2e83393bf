"""The one way from true figures to figures that may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from reports.disclosure.again import hold_to
from reports.disclosure.drafts import Draft
from reports.disclosure.model import Key
from reports.disclosure.names import AUTHORITIES, COHORT, NEARLY_THE_SAME, WEEK
from reports.disclosure.printing import printed
from reports.disclosure.shapes import FEWEST_ORGANISATIONS, HIDDEN, ProtectedTable, PublishedBefore
from reports.disclosure.sheets import Sheet, sheets_of
from reports.disclosure.suppression import Suppression
from reports.measures.shapes import TOTAL, UNKNOWN, Control, RawCell, Table
from reports.periods import Period

_WEEKS_OF_AN_AVERAGE = 4


def protect(
    raw: Sequence[tuple[Table, Period, Sequence[RawCell]]],
    history: Sequence[PublishedBefore] = (),
    *,
    regions: Mapping[str, str] | None = None,
) -> list[ProtectedTable]:
    """Every table of one snapshot as it may be published, in the order given.

    `raw` holds all tables of the snapshot together, because a table can give away what another hides, and was read at one
    moment, so that tables agree. `history` is what `reports.disclosure.history` reads for it: tables of earlier weeks and
    earlier versions that are tied to these. `regions` gives the region code of every local authority code that occurs.

    Raises ValueError when the rows of a table do not add up to its total, or a local authority has no region.
    """
    regions = regions or {}
    drafts = [Draft.of(table, period, cells) for table, period, cells in raw]
    _check(drafts, regions)
    _round_what_is_nearly_the_same(drafts)
    public = {draft.code: {m.code for m in draft.table.measures if m.control is Control.PUBLIC} for draft in drafts}
    sheets = sheets_of(history, _counts(drafts, history), public)
    _hold_to_earlier_versions(drafts, history, sheets)
    Suppression(drafts, sheets, _hidden_before(history, sheets), regions).run()
    average = _average_week(drafts, history)
    return [printed(draft, cover=average) for draft in drafts]


def _check(drafts: Iterable[Draft], regions: Mapping[str, str]) -> None:
    totals: dict[str, int] = {}
    for draft in drafts:
        rows = [row for row in draft.rows if row != TOTAL]
        if draft.code == AUTHORITIES and not {*rows} <= {UNKNOWN, *regions}:
            raise ValueError("Every local authority needs its region.")
        for measure in ("orders", "badges"):
            if (TOTAL, measure) not in draft.cells:
                continue
            total = draft.value(TOTAL, measure)
            if rows and sum(draft.value(row, measure) for row in rows) != total:
                raise ValueError(f"The rows of {draft.code} do not add up to its total.")
            if draft.code in COHORT and totals.setdefault(measure, total) != total:
                raise ValueError(f"The total of {draft.code} is not that of the other tables of the week.")


def _round_what_is_nearly_the_same(drafts: Iterable[Draft]) -> None:
    """A table is not exact if its difference from another, of nearly the same orders, is a small count."""
    by_code = {draft.code: draft for draft in drafts}
    for code, measure, other, rows in NEARLY_THE_SAME:
        if code in by_code and other in by_code:
            orders = sum(by_code[other].value(row, "orders") for row in rows)
            if 0 < abs(by_code[code].value(TOTAL, measure) - orders) < FEWEST_ORGANISATIONS:
                by_code[code].exact_is_too_close = True


def _counts(drafts: Iterable[Draft], history: Iterable[PublishedBefore]) -> dict[str, set[str]]:
    """By table the measures that are counts, or public."""
    known = {
        draft.code: {m.code for m in draft.table.measures if m.control in (Control.COUNT, Control.PUBLIC)}
        for draft in drafts
    }
    for table in history:
        known.setdefault(table.code, {"orders", "badges", "organisations"})
    return known


def _hold_to_earlier_versions(
    drafts: Iterable[Draft], history: Iterable[PublishedBefore], sheets: Sequence[Sheet]
) -> None:
    newest = {(sheet.code, sheet.period): sheet for sheet in sheets}
    tables = {(t.code, t.period): t for t in sorted(history, key=lambda each: each.version)}
    for draft in drafts:
        key = (draft.code, draft.period)
        if key in newest:
            hold_to(draft, tables[key], newest[key], sheets)


def _hidden_before(history: Iterable[PublishedBefore], sheets: Iterable[Sheet]) -> dict[Key, int]:
    """The true figures of cells that were hidden in tables of earlier weeks."""
    by_name = {(sheet.code, sheet.period, sheet.version): sheet for sheet in sheets}
    truths: dict[Key, int] = {}
    for table in history:
        sheet = by_name[table.code, table.period, table.version]
        values = {(cell.row, cell.measure): cell.value for cell in table.raw}
        for cell in table.cells:
            value = values.get((cell.row, cell.measure))
            if cell.mark == HIDDEN and value and sheet.has(cell.row, cell.measure):
                truths[sheet.key(cell.row, cell.measure)] = int(value)
    return truths


def _average_week(drafts: Iterable[Draft], history: Iterable[PublishedBefore]) -> Decimal | None:
    """Badges ordered in an average one of the last four weeks, from published totals only."""
    ordered: dict[Period, Decimal] = {}
    for table in sorted(history, key=lambda each: each.version):
        for cell in table.cells:
            if table.code == WEEK and (cell.row, cell.measure) == (TOTAL, "badges") and cell.value is not None:
                ordered[table.period] = cell.value
    for draft in drafts:
        if draft.code == WEEK and (TOTAL, "badges") in draft.cells and not draft.is_hidden(TOTAL, "badges"):
            shown = {(cell.row, cell.measure): cell.value for cell in printed(draft, cover=None).cells}
            ordered[draft.period] = shown[TOTAL, "badges"] or Decimal(0)
    newest = [ordered[period] for period in sorted(ordered)[-_WEEKS_OF_AN_AVERAGE:]]
    return sum(newest, Decimal(0)) / len(newest) if newest else None
