"""What a published table says about true figures: an interval for each, whether it is shown, rounded or hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from reports.disclosure.model import INFINITE, Interval, Key
from reports.disclosure.names import AVAILABLE, LEVELS, TOGETHER, family, fate
from reports.disclosure.shapes import FEWEST_ORGANISATIONS, HIDDEN, ROUNDED_TO, ProtectedCell, PublishedBefore
from reports.measures.shapes import TOTAL
from reports.periods import Period

# In the rule of a table of which no row is shown, or none of a region: a row may then be zero as well.
WITHHELD = "No row is shown"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A published table as an attacker reads it. `changed` says in which version cells last became other than before."""

    code: str
    period: Period
    version: int
    intervals: dict[tuple[str, str], Interval]
    changed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    exact: bool = True

    def key(self, row: str, measure: str) -> Key:
        """The name of the true figure. Tables that share a total, and versions that did not change a row, share it too."""
        code = self.code
        if row == TOTAL and measure in TOGETHER:
            code = family(code)
        return (code, self.period.starts, row, measure, self.changed.get((row, fate(self.code, measure)), 1))

    def rows(self, measure: str) -> list[str]:
        return [row for row, each in self.intervals if each == measure]

    def has(self, row: str, measure: str) -> bool:
        return (row, measure) in self.intervals


def interval(value: Decimal, step: int, *, at_least_eight: bool) -> Interval:
    """The true figures that give `value` when rounded to the nearest `step`."""
    if step == 1 or (not value and at_least_eight):
        return float(value), float(value)
    # A count is whole, so of a step of 5 two either way; an even step has its edges on the half.
    reach = (step - 1) / 2 if step % 2 else step / 2
    floor = FEWEST_ORGANISATIONS if at_least_eight else 0
    return max(float(value) - reach, floor), float(value) + reach


def read(
    cells: Iterable[ProtectedCell], rounded_to: int, rule: str, counts: Iterable[str], public: Iterable[str] = ()
) -> dict[tuple[str, str], Interval]:
    """The interval behind every count of a published table. What is marked as not available says nothing.

    What is `public` is told exactly, however few it is and whatever the table's counts are rounded to.
    """
    counts, public = set(counts), set(public)
    hidden_least = 0.0 if WITHHELD in rule else 1.0
    found: dict[tuple[str, str], Interval] = {}
    for cell in cells:
        if cell.measure not in counts:
            continue
        if cell.mark == HIDDEN:
            found[cell.row, cell.measure] = (hidden_least, INFINITE)
        elif cell.value is not None and cell.measure in public:
            found[cell.row, cell.measure] = (float(cell.value), float(cell.value))
        elif cell.value is not None:
            step = step_of(cell.measure, rounded_to, rule)
            found[cell.row, cell.measure] = interval(cell.value, step, at_least_eight=cell.measure != AVAILABLE)
    return found


def step_of(measure: str, rounded_to: int, rule: str) -> int:
    """To which multiple a measure of a published table is rounded."""
    if measure == AVAILABLE:
        found = re.search(r"nearest ([\d,]+) badges", rule)
        return int(found[1].replace(",", "")) if found else ROUNDED_TO
    return ROUNDED_TO if measure in LEVELS else rounded_to


def sheets_of(
    history: Iterable[PublishedBefore], counts: Mapping[str, Iterable[str]], public: Mapping[str, Iterable[str]]
) -> list[Sheet]:
    """History as sheets, oldest first. A row that was printed alike in two versions is taken to be the same row."""
    sheets: list[Sheet] = []
    last: dict[tuple[str, date], Sheet] = {}
    for table in sorted(history, key=lambda each: (each.period, each.code, each.version)):
        sheet = Sheet(
            table.code,
            table.period,
            table.version,
            read(table.cells, table.rounded_to, table.rule, counts[table.code], public.get(table.code, ())),
            exact=table.rounded_to == 1,
        )
        if (before := last.get((table.code, table.period.starts))) is not None:
            sheet = replace(sheet, changed=_changes(before, sheet))
        last[table.code, table.period.starts] = sheet
        sheets.append(sheet)
    return sheets


def _changes(before: Sheet, after: Sheet) -> dict[tuple[str, str], int]:
    """The cells whose figures cannot be the same as before, beside those that changed earlier."""
    changed = dict(before.changed)
    for (row, measure), (low, high) in after.intervals.items():
        earlier = before.intervals.get((row, measure))
        if earlier is not None and (high < earlier[0] or low > earlier[1]):
            changed[row, fate(after.code, measure)] = after.version
    return changed
