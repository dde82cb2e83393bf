"""The loop: audit, hide a little more, audit again, until nothing that is hidden can be worked out closely.

It ends: each turn hides a unit, withholds rows, doubles the step of a level, gives up a change to what was published before, or
sets a figure aside of which nothing is published; and of each of these there is a finite number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from reports.disclosure.audit import Reach, must_reach
from reports.disclosure.drafts import Draft
from reports.disclosure.model import ContradictionError, Key, Model
from reports.disclosure.names import AMONG_TIE, AUTHORITIES, CUTS, FULFILMENT, REGIONS, STOCK
from reports.disclosure.relations import model_of
from reports.disclosure.remedies import Lack, Place, Remedies
from reports.disclosure.sheets import Sheet
from reports.measures.shapes import TOTAL, UNKNOWN


class Suppression:
    """One run over the drafts of a snapshot, beside what was published before.

    `truths` holds the true figures of cells that were hidden then; `regions` the region of each local authority.
    """

    def __init__(
        self, drafts: Sequence[Draft], history: Sequence[Sheet], truths: Mapping[Key, int], regions: Mapping[str, str]
    ) -> None:
        self._drafts = drafts
        self._history = history
        self._truths = truths
        self._regions = regions
        self._parts = {draft.code: draft.parts for draft in drafts}
        self._remedies = Remedies(drafts, regions)
        # Relations that hold by definition: between weeks they can break, for an account may be restricted in between.
        self._ties = frozenset({TOTAL, UNKNOWN, STOCK, FULFILMENT, *regions.values()})
        self._untied: set[str] = set()
        self._set_aside: set[Key] = set()
        self._look_anew()

    def run(self) -> None:
        """Hides in the drafts what must be hidden beside the small cells.

        Raises ContradictionError when the rows of a table do not add up to its total.
        """
        self._settle_contradictions()
        while True:
            places = self._hidden_places()
            model = self._model()
            wanted = self._wanted(model, places)
            lacks = self._reach.lacking(model, wanted, tied_to=self._new_figures())
            left = {key: reach for key, reach in wanted.items() if key in places and key not in lacks}
            told = self._told_by_other_tables({key: reach for key, reach in left.items() if self._is_told(places[key])})
            if not lacks and not told:
                return
            self._treat(model, places, lacks | told, told)

    def _model(self, untied: Collection[str] | None = None, *, among: bool = False) -> Model:
        """What the drafts as they are now would say. `among`: with what ties tables that count nearly the same orders."""
        sheets = [*self._history, *(draft.sheet() for draft in self._drafts)]
        chosen = {*(self._untied if untied is None else untied)} | (set() if among else {AMONG_TIE})
        return model_of(sheets, parts=self._parts, regions=self._regions, untied=chosen)

    def _look_anew(self) -> None:
        """What was seen to be possible need not be so any more."""
        self._reach, self._reach_among = Reach(), Reach()

    def _told_by_other_tables(self, wanted: Mapping[Key, tuple[int, int]]) -> dict[Key, Lack]:
        """Figures that tables of nearly the same orders bound too closely."""
        try:
            return self._reach_among.lacking(self._model(among=True), wanted) if wanted else {}
        except ContradictionError:
            # The tables are of different times, so nobody can take one for a part of the other.
            return {}

    @staticmethod
    def _is_told(place: Place) -> bool:
        """Whether it matters that other tables tell a hidden figure.

        A measure of many organisations is hidden for the sake of others only, and is no less than the rows of many that are
        shown elsewhere: that may be known. A row must not be known to be no more than a measure.
        """
        draft, row, measure = place
        return draft.is_of_few(row, measure) or draft.code in CUTS

    def _new_figures(self) -> set[Key]:
        """What is published now says nothing new about parts in which none of these stands."""
        return {sheet.key(*cell) for sheet in (draft.sheet() for draft in self._drafts) for cell in sheet.intervals}

    def _hidden_places(self) -> dict[Key, Place]:
        places: dict[Key, Place] = {}
        for draft in self._drafts:
            sheet = draft.sheet()
            for row, measure in draft.counts():
                if draft.is_hidden(row, measure):
                    places.setdefault(sheet.key(row, measure), (draft, row, measure))
        return places

    def _wanted(self, model: Model, places: Mapping[Key, Place]) -> dict[Key, tuple[int, int]]:
        wanted = {key: must_reach(max(value, 1)) for key, value in self._truths.items() if key in model.intervals}
        for key, (draft, row, measure) in places.items():
            value = draft.value(row, measure)
            if value or draft.is_kept(row, measure):
                wanted[key] = must_reach(max(value, 1))
        return {key: reach for key, reach in wanted.items() if key not in self._set_aside}

    def _treat(
        self, model: Model, places: Mapping[Key, Place], lacks: Mapping[Key, Lack], told: Collection[Key]
    ) -> None:
        """One remedy for each table or region that lacks something; what is `told` by another table finds it there first."""
        if self._give_up_changes():
            return
        treated: set[tuple[str, str]] = set()
        for key, lack in sorted(lacks.items(), key=lambda each: (-max(each[1]), str(each[0]))):
            where = self._remedies.where(key, places.get(key))
            if where in treated:
                continue
            treated.add(where)
            if self._remedies.can_coarsen_stock() and self._is_to_blame(model, {STOCK}, key, lack, places):
                self._remedies.coarser_stock()
                self._look_anew()
                return
            if key in told and self._remedies.hide_among(key, lack, treated):
                continue
            if not self._hide_more(model, key, lack, places):
                self._set_aside.add(key)

    def _hide_more(self, model: Model, key: Key, lack: Lack, places: Mapping[Key, Place]) -> bool:
        return (
            self._hide_areas_instead(model, key, lack, places)
            or self._remedies.hide_more(model, key, places.get(key), lack)
            or self._withhold_areas_if_it_helps(key, lack, places)
        )

    def _withhold_areas_if_it_helps(self, key: Key, lack: Lack, places: Mapping[Key, Place]) -> bool:
        """The last resort for an area: other regions are withheld as well, unless what gives it away was out before."""
        if key[0] != AUTHORITIES:
            return False
        with self._remedies.without_areas():
            helps = self._lacks_less(self._model(), key, lack, places)
        return helps and self._remedies.withhold_next_region()

    def _hide_areas_instead(self, model: Model, key: Key, lack: Lack, places: Mapping[Key, Place]) -> bool:
        """Of a weekly figure that the new areas give away, areas are hidden: they are the finer."""
        code, _, row, measure, _ = key
        if key not in places or code not in (REGIONS, "cohort") or not self._remedies.has_new_areas():
            return False
        if not self._is_to_blame(model, self._ties - {STOCK, FULFILMENT}, key, lack, places):
            return False
        return self._remedies.hide_areas(row, measure, max(lack))

    def _is_to_blame(
        self, model: Model, ties: AbstractSet[str], key: Key, lack: Lack, places: Mapping[Key, Place]
    ) -> bool:
        """Whether a figure would lack less if it were not for these relations."""
        tied = AUTHORITIES if ties.isdisjoint({STOCK}) else STOCK
        near = next((part.intervals for part in model.components() if key in part.intervals), {})
        if ties <= self._untied or not any(other[0] == tied for other in near):
            return False
        return self._lacks_less(self._model(untied={*self._untied, *ties}), key, lack, places)

    def _lacks_less(self, model: Model, key: Key, lack: Lack, places: Mapping[Key, Place]) -> bool:
        wanted = self._wanted(model, places)
        alone = Reach().lacking(model, {key: wanted[key]}, tied_to={key})
        return any(less < more for less, more in zip(alone.get(key, (0.0, 0.0)), lack, strict=True))

    def _give_up_changes(self) -> bool:
        """Whatever was published before stays as it was, if there is anything against the changes."""
        changed = [draft for draft in self._drafts if draft.changes]
        for draft in changed:
            draft.changes.clear()
        if changed:
            self._look_anew()
            self._untied.clear()
            self._settle_contradictions()
        return bool(changed)

    def _settle_contradictions(self) -> None:
        """Leaves out relations between weeks that the figures break, and withholds what would show that they do."""
        if self._is_consistent(self._untied):
            return
        if self._give_up_changes():
            return
        for tie in sorted(self._ties):
            if not self._is_consistent(self._ties - {tie}):
                self._untied.add(tie)
                self._remedies.withhold_broken(tie)
        if not self._is_consistent(self._untied):
            self._remedies.withhold_all(AUTHORITIES)
            self._untied |= self._ties
            if not self._is_consistent(self._untied):
                raise ContradictionError("The rows of a table do not add up to its total.")

    def _is_consistent(self, untied: Collection[str]) -> bool:
        try:
            Reach().lacking(self._model(untied), {})
        except ContradictionError:
            return False
        return True
