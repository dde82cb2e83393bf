"""A table on its way to being published: the true figures, and what has been decided to hide so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from reports.disclosure.figures import rounded
from reports.disclosure.model import INFINITE, Interval
from reports.disclosure.names import AVAILABLE, COARSE_STEP, LEVELS, fate
from reports.disclosure.shapes import FEWEST_ORGANISATIONS, HIDDEN, ROUNDED_TO, ProtectedCell
from reports.disclosure.sheets import Sheet, interval
from reports.measures.shapes import TOTAL, Control, Level, RawCell, Table
from reports.periods import Period

Unit = tuple[str, str]


@dataclass(slots=True)
class Draft:
    """One table. A unit is a row and the cells of it that share one fate; `withheld` units are hidden even if zero.

    Of a table that was published before, `before` and `printed` hold what was said, and only the units in `changes` are said
    anew; nothing of it is hidden that was shown, for that would be of no use.
    """

    table: Table
    period: Period
    cells: dict[tuple[str, str], RawCell]
    step: int = COARSE_STEP
    small: set[Unit] = field(default_factory=set)
    hidden: set[Unit] = field(default_factory=set)
    withheld: set[Unit] = field(default_factory=set)
    exact_is_too_close: bool = False
    before: Sheet | None = None
    printed: Mapping[tuple[str, str], ProtectedCell] = field(default_factory=dict)
    changes: set[Unit] = field(default_factory=set)

    @classmethod
    def of(cls, table: Table, period: Period, raw: Iterable[RawCell]) -> Draft:
        """The table with its small cells hidden: fewer than 8 organisations, or parts that leave fewer than 8 over."""
        draft = cls(table, period, {(cell.row, cell.measure): cell for cell in raw})
        draft.small = {draft.unit(row, measure) for row, measure in draft.counts() if draft._is_small(row, measure)}
        draft.hidden = set(draft.small)
        return draft

    @property
    def code(self) -> str:
        return self.table.code

    @property
    def rows(self) -> list[str]:
        return list(dict.fromkeys(row for row, _ in self.cells))

    @property
    def parts(self) -> dict[str, str]:
        """The measures that are a share of another, by what the table's percentages divide."""
        shares = (m.ratio_of for m in self.table.measures if m.ratio_of and m.unit.value == "%")
        return dict(shares)

    def unit(self, row: str, measure: str) -> Unit:
        return row, fate(self.code, measure)

    def counts(self) -> list[tuple[str, str]]:
        """Row and measure of every count that has a figure."""
        counts = {m.code for m in self.table.measures if m.control is Control.COUNT}
        return [
            (row, measure)
            for (row, measure), cell in self.cells.items()
            if measure in counts and cell.value is not None
        ]

    def value(self, row: str, measure: str) -> int:
        cell = self.cells.get((row, measure))
        return int(cell.value) if cell is not None and cell.value is not None else 0

    def is_hidden(self, row: str, measure: str) -> bool:
        """Whether a count is marked: a hidden one that is not zero, or any that is withheld."""
        if self.is_kept(row, measure):
            return self.printed[row, measure].mark == HIDDEN
        unit = self.unit(row, measure)
        return unit in self.withheld or (unit in self.hidden and bool(self.value(row, measure)))

    @property
    def rounded_to(self) -> int:
        """1 when counts are exact: only for England, and only when nothing is hidden or nearly told by another table.

        A table of which nothing is said anew stays as it was, whatever is small in it by now.
        """
        if self.before is not None and not self.changes:
            return 1 if self.before.exact else ROUNDED_TO
        hides = self.hidden or self.withheld or self.exact_is_too_close
        exact = self.table.level is Level.NATIONAL and not hides and self._first_was_exact
        return 1 if exact else ROUNDED_TO

    @property
    def _first_was_exact(self) -> bool:
        return self.before is None or self.before.exact

    def is_kept(self, row: str, measure: str) -> bool:
        """Whether a cell stays as it was published before."""
        return (row, measure) in self.printed and self.unit(row, measure) not in self.changes

    def step_of(self, measure: str) -> int:
        if measure == AVAILABLE:
            return self.step
        return ROUNDED_TO if measure in LEVELS else self.rounded_to

    def intervals(self) -> dict[tuple[str, str], Interval]:
        """What publishing it as decided so far would say about each count, and about what is public."""
        found: dict[tuple[str, str], Interval] = {}
        for row, measure in self.counts():
            if self.before is not None and self.is_kept(row, measure):
                if self.before.has(row, measure):
                    found[row, measure] = self.before.intervals[row, measure]
            elif self.is_hidden(row, measure):
                found[row, measure] = (0.0 if self.unit(row, measure) in self.withheld else 1.0, INFINITE)
            else:
                step = self.step_of(measure)
                shown = rounded(self.value(row, measure), step)
                found[row, measure] = interval(shown, step, at_least_eight=measure != AVAILABLE)
        public = {measure.code for measure in self.table.measures if measure.control is Control.PUBLIC}
        for (row, code), cell in self.cells.items():
            if code in public and cell.value is not None:
                found[row, code] = (float(cell.value), float(cell.value))
        return found

    def shown_units(self, rows: Collection[str] | None = None) -> list[Unit]:
        """What could be hidden yet, the cheapest first: the fewest badges, or whatever it counts. The total comes last."""
        cost: dict[Unit, int] = {}
        if self.before is not None:
            return []
        gone = self.hidden | self.withheld
        for row, measure in self.counts():
            unit = self.unit(row, measure)
            wanted = (rows is None or row in rows) and measure != AVAILABLE and unit not in gone
            if wanted and (value := self.value(row, measure)):
                cost[unit] = max(cost.get(unit, 0), value)
        return sorted(cost, key=lambda unit: (unit[0] == TOTAL, cost[unit], unit))

    def size(self, unit: Unit, measure: str) -> int:
        """The figure of a unit: of this measure if it has it, else its largest."""
        values = {m: self.value(r, m) for r, m in self.counts() if self.unit(r, m) == unit}
        return values.get(measure, max(values.values(), default=0))

    def units(self, rows: Collection[str]) -> set[Unit]:
        """What stands in these rows, but for the available badges, which are rounded and not hidden."""
        return {self.unit(row, measure) for row, measure in self.counts() if row in rows and measure != AVAILABLE}

    def sheet(self) -> Sheet:
        """The table as an attacker would read it."""
        if self.before is None:
            return Sheet(self.code, self.period, 1, self.intervals())
        version = self.before.version + 1
        changed = {**self.before.changed, **dict.fromkeys(self.changes, version)}
        return Sheet(self.code, self.period, version, self.intervals(), changed)

    def is_of_few(self, row: str, measure: str) -> bool:
        """Whether fewer than 8 stand behind a figure itself, and not only behind what it leaves of its whole."""
        value = self.value(row, measure)
        organisations = value if measure in self.parts else self.cells[row, measure].organisations
        return value > 0 and min(value, organisations) < FEWEST_ORGANISATIONS

    def _is_small(self, row: str, measure: str) -> bool:
        if measure == AVAILABLE:
            return False
        cell, value = self.cells[row, measure], self.value(row, measure)
        if value and (cell.organisations < FEWEST_ORGANISATIONS or value < FEWEST_ORGANISATIONS):
            return True
        whole = self.cells.get((row, self.parts.get(measure, "")))
        if whole is None or whole.value is None:
            return False
        return value > 0 and 0 < int(whole.value) - value < FEWEST_ORGANISATIONS
