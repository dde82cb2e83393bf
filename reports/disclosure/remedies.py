"""What to hide next when a hidden figure can be worked out too closely: the cheapest that helps, always in the same order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from reports.disclosure.drafts import Draft, Unit
from reports.disclosure.model import Key, Model
from reports.disclosure.names import AMONG, AUTHORITIES, COHORT, FULFILMENT, REGIONS, STOCK
from reports.measures.shapes import TOTAL, UNKNOWN

# What a figure lacks below and above to be all that it should.
Lack = tuple[float, float]
Place = tuple[Draft, str, str]
_COARSEST_STEP = 1_000_000
_COHORT_TOTAL = ("cohort", TOTAL)


class Remedies:
    """The drafts of a snapshot, and the ways to hide more in them. Tables that were published before are never touched."""

    def __init__(self, drafts: Sequence[Draft], regions: Mapping[str, str]) -> None:
        self._drafts = {draft.code: draft for draft in drafts}
        self._regions = regions

    def where(self, key: Key, place: Place | None) -> tuple[str, str]:
        """The table, and for areas the region, in which to look for a remedy. Of earlier weeks nothing can be hidden any more."""
        if place is None:
            code, _, row, *_ = key
            return (AUTHORITIES, row) if code in (REGIONS, "cohort") else (code, "")
        draft, row, _ = place
        if key[0] == "cohort":
            return _COHORT_TOTAL
        if draft.code == AUTHORITIES:
            return AUTHORITIES, self._regions.get(row, row)
        return draft.code, ""

    def hide_more(self, model: Model, key: Key, place: Place | None, lack: Lack) -> bool:
        """Hides one unit more, or the rest of what is tied to the figure. False when nothing is left to hide."""
        where = self.where(key, place)
        if where == _COHORT_TOTAL:
            return self._withhold_cohort()
        draft = self._new(where[0])
        if draft is None:
            return False
        measure: str = key[3]
        if draft.code == AUTHORITIES:
            return self.hide_areas(where[1], measure, lack[1] if place else max(lack), far=place is None)
        if draft.code in COHORT and place is not None:
            return self._hide_in_cohort(draft, place[1], measure, lack)
        near = _neighbours(model, key)
        sheet = draft.sheet()
        tied = {draft.unit(r, m) for r, m in draft.counts() if sheet.key(r, m) in near}
        candidates = [unit for unit in draft.shown_units() if unit in tied]
        return self._hide_one(draft, candidates, measure, lack[1]) or self._withhold_units(draft, tied)

    def hide_areas(self, region: str, measure: str, needed: float, *, far: bool = True) -> bool:
        """Hides one area of a region more, then all of the region; `far`: then of one other after the other."""
        draft = self._new(AUTHORITIES)
        if draft is None:
            return False
        areas = self._areas(draft, region)
        if region != TOTAL and self._hide_one(draft, draft.shown_units(areas), measure, needed):
            return True
        return self._withhold(draft, areas) or (far and self.withhold_next_region())

    def hide_among(self, key: Key, lack: Lack, treated: set[tuple[str, str]]) -> bool:
        """Hides what bounds a figure from another table of the week: rows that are among it, or what its row is among.

        A table that was `treated` in this turn already is left for the next; one that is treated here joins them.
        """
        code, _, row, measure, _ = key
        for cut, rows, whole, of in AMONG:
            if (code, measure) == (whole, of) and lack[0]:
                draft, look = self._new(cut), self._hide_rows
            elif code == cut and row in rows and lack[1]:
                draft, look = self._new(whole), self._hide_whole
            else:
                continue
            if draft is not None and ((draft.code, "") in treated or look(draft, rows, of, lack)):
                treated.add((draft.code, ""))
                return True
        return False

    def _hide_rows(self, draft: Draft, rows: Sequence[str], of: str, lack: Lack) -> bool:
        others = [each for each in draft.rows if each != TOTAL]
        candidates = draft.shown_units(rows) or draft.shown_units(others)
        return self._hide_one(draft, candidates, "orders", lack[0]) or self._withhold(draft, others)

    def _hide_whole(self, draft: Draft, rows: Sequence[str], of: str, lack: Lack) -> bool:
        return self._hide_one(draft, [unit for unit in draft.shown_units() if unit == (TOTAL, of)], of, lack[1])

    def has_new_areas(self) -> bool:
        return self._new(AUTHORITIES) is not None

    def _new(self, code: str) -> Draft | None:
        """The draft of a table of which no version is out."""
        draft = self._drafts.get(code)
        return draft if draft is not None and draft.before is None else None

    def can_coarsen_stock(self) -> bool:
        draft = self._new(STOCK)
        return draft is not None and draft.step < _COARSEST_STEP

    def coarser_stock(self) -> None:
        self._drafts[STOCK].step *= 2

    def withhold_broken(self, tie: str) -> None:
        """Withholds what would show that a relation between weeks is broken."""
        draft = self._drafts.get(AUTHORITIES)
        if draft is not None and tie not in (STOCK, FULFILMENT):
            self._withhold(draft, [TOTAL] if tie == TOTAL else self._areas(draft, tie))

    def withhold_next_region(self) -> bool:
        """Withholds the areas of the region with the fewest badges that is shown yet; the total comes last."""
        draft = self._new(AUTHORITIES)
        if draft is None:
            return False
        groups = [self._areas(draft, region) for region in sorted({UNKNOWN, *self._regions.values()})]
        shown = [rows for rows in groups if not draft.units(rows) <= draft.withheld]
        shown.sort(key=lambda rows: sum(draft.value(row, "badges") for row in rows))
        return self._withhold(draft, shown[0] if shown else draft.rows)

    def withhold_all(self, code: str) -> bool:
        draft = self._new(code)
        return draft is not None and self._withhold(draft, draft.rows)

    @contextmanager
    def without_areas(self) -> Iterator[None]:
        """As if no area of any region were shown."""
        draft = self._drafts[AUTHORITIES]
        kept = set(draft.withheld)
        self._withhold(draft, draft.rows)
        yield
        draft.withheld = kept

    def _hide_in_cohort(self, draft: Draft, row: str, measure: str, lack: Lack) -> bool:
        rows = [each for each in draft.rows if each != TOTAL]
        if self._hide_one(draft, draft.shown_units(rows), measure, lack[1]) or self._withhold(draft, rows):
            return True
        # Nothing of the table is shown, and the total alone tells too much of a few organisations: it goes too.
        return draft.unit(row, measure) in draft.small and self._withhold_cohort()

    def _areas(self, draft: Draft, region: str) -> list[str]:
        if region == TOTAL:
            return draft.rows
        return [row for row in draft.rows if row != TOTAL and self._regions.get(row, UNKNOWN) == region]

    def _hide_one(self, draft: Draft, candidates: Sequence[Unit], measure: str, needed: float) -> bool:
        """Hides the cheapest that makes up for what is missing; the largest when none does."""
        if not candidates:
            return False
        enough = (unit for unit in candidates if draft.size(unit, measure) > needed)
        draft.hidden.add(next(enough, candidates[-1]))
        return True

    def _withhold(self, draft: Draft, rows: Collection[str]) -> bool:
        return self._withhold_units(draft, draft.units(rows))

    def _withhold_units(self, draft: Draft, units: set[Unit]) -> bool:
        if draft.before is not None or units <= draft.withheld:
            return False
        draft.withheld |= units
        return True

    def _withhold_cohort(self) -> bool:
        """Shows nothing of the orders of this week in any table. Accounts are others and stay."""
        done = [
            self._withhold_units(draft, {unit for unit in draft.units(draft.rows) if unit[1] == "row"})
            for draft in self._drafts.values()
            if draft.code in COHORT
        ]
        return any(done)


def _neighbours(model: Model, key: Key) -> set[Key]:
    """The figures that stand in a relation with this one, or with one whose uncertainty hangs together with its own."""
    near = next((set(part.intervals) for part in model.components() if key in part.intervals), {key})
    found: set[Key] = set()
    for relation in model.relations:
        keys = {other for _, other in relation.terms}
        if not near.isdisjoint(keys):
            found |= keys
    return found - {key}
