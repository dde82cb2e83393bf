"""A week that is published again: what stays as it was first published, and what may be said anew.

Whoever kept the first version can take one from the other. So a figure changes only when the published numbers of organisations
prove that at least 8 joined or left; all else stays as it was, right or wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.disclosure.drafts import Draft
from reports.disclosure.figures import rounded
from reports.disclosure.names import AUTHORITIES, COHORT
from reports.disclosure.shapes import FEWEST_ORGANISATIONS, HIDDEN, PublishedBefore
from reports.disclosure.sheets import Sheet, interval


def hold_to(draft: Draft, before: PublishedBefore, sheet: Sheet, history: Sequence[Sheet]) -> None:
    """Binds the draft to the version before it; `draft.changes` then holds what may change, if the audit agrees."""
    draft.before = sheet
    draft.printed = {(cell.row, cell.measure): cell for cell in before.cells}
    if draft.code in COHORT and _is_within_published_areas(draft, history):
        return
    draft.changes = {
        draft.unit(row, "organisations")
        for row, measure in draft.counts()
        if measure == "organisations" and _may_change(draft, sheet, row)
    }


def _is_within_published_areas(draft: Draft, history: Sequence[Sheet]) -> bool:
    """Whether figures by local authority are out for four weeks that include this one. They are tied to what was published."""
    return any(
        sheet.code == AUTHORITIES and sheet.period.starts <= draft.period.starts < sheet.period.ends
        for sheet in history
    )


def _may_change(draft: Draft, before: Sheet, row: str) -> bool:
    unit = draft.unit(row, "organisations")
    first = before.intervals.get((row, "organisations"))
    marked = draft.printed.get((row, "organisations"))
    if unit in draft.small or first is None or marked is None or marked.mark == HIDDEN or unit[1] != "row":
        return False
    new = draft.value(row, "organisations")
    low, high = interval(
        rounded(new, draft.step_of("organisations")), draft.step_of("organisations"), at_least_eight=True
    )
    return max(low - first[1], first[0] - high) >= FEWEST_ORGANISATIONS
