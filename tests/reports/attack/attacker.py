"""The attacker: everything ever published, the rules and the definitions in, the closest bounds of every hidden figure out.

Written apart from `reports.disclosure` and sharing nothing with it but the words of the rules, so that a mistake there is not
repeated here.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.reports.attack.paper import Paper

ONE_COHORT = ("week", "week_by_region", "week_by_type", "week_by_route", "week_by_state")
TRIPLE = ("organisations", "orders", "badges")
ALWAYS_ROUNDED = ("queue_length", "on_its_way")
NOT_COUNTED = ("share_matched", "queue_oldest_days", "hours_to_decide", "days_to_dispatch", "weeks_of_cover")
# By definition: which orders of the week, in rows of another table, are among those that a measure counts.
AMONG = {
    "fulfilment": (
        ("week_by_state", ("dispatched", "delivered", "returned"), "dispatched"),
        ("week_by_state", ("delivered",), "delivered"),
        ("week_by_state", ("returned",), "returned"),
        ("week_by_state", ("dispatched",), "on_its_way"),
    ),
    "verification": (
        ("week_by_state", ("checking",), "queue_length"),
        ("week_by_route", ("cqc_matched",), "matched_without_person"),
        ("week_by_route", ("cqc_matched", "cqc_checked", "not_cqc_checked"), "decided"),
    ),
}
BADGES_COME_BACK = ("cancelled", "refused")
# Table, first day, row, measure, version from which it is told anew.
Name = tuple[str, date, str, str, int]
Bounds = tuple[float, float]


class Attacker:
    """Reads all papers, then bounds whatever is marked [c]. `regions` is public: which region a local authority is in."""

    def __init__(self, papers: Iterable[Paper], regions: Mapping[str, str]) -> None:
        self.papers = sorted(papers, key=lambda paper: (paper.starts, paper.code, paper.version))
        self.regions = regions
        self.bounds: dict[Name, Bounds] = {}
        self.sums: list[tuple[dict[Name, float], float, float]] = []
        self.anew: dict[tuple[str, date, str, str], int] = {}
        self.at: dict[tuple[str, date, int, str, str], Name] = {}
        for paper in self.papers:
            self._read(paper)
        for paper in self.papers:
            self._add_up(paper)
        self._across_tables()
        self._solver = _Solver(self.bounds, self.sums)

    def bound(self, code: str, starts: date, version: int, row: str, measure: str) -> Bounds:
        """The least and the greatest whole number that a figure can be."""
        low, high = self._solver.range_of(self.at[code, starts, version, row, measure])
        return math.ceil(low - 1e-6), math.floor(high + 1e-6) if high < math.inf else math.inf

    def can_reach(self, code: str, starts: date, version: int, row: str, measure: str, least: int, most: int) -> bool:
        """Whether a figure can be as little as `least` and as much as `most`."""
        return self._solver.spans(self.at[code, starts, version, row, measure], least, most)

    # One table

    def _read(self, paper: Paper) -> None:
        for (row, measure), text in paper.text.items():
            if measure in NOT_COUNTED or text == "[x]":
                continue
            said = self._said(paper, measure, text)
            slot = (self._slot(paper.code, row, measure), paper.starts, row, measure)
            name: Name = (*slot, self.anew.get(slot, 1))
            low, high = self.bounds.get(name, (0.0, math.inf))
            if max(low, said[0]) > min(high, said[1]):
                # Cannot be the figure of before, so it is another one.
                self.anew[slot] = paper.version
                name = (*slot, paper.version)
                low, high = self.bounds.get(name, (0.0, math.inf))
            self.bounds[name] = (max(low, said[0]), min(high, said[1]))
            self.at[paper.code, paper.starts, paper.version, row, measure] = name

    @staticmethod
    def _slot(code: str, row: str, measure: str) -> str:
        """All tables of one week's orders have one total."""
        return "orders of the week" if code in ONE_COHORT and row == "total" and measure in TRIPLE else code

    def _said(self, paper: Paper, measure: str, text: str) -> Bounds:
        if text == "[c]":
            # Nothing is shown as [c] that is zero, unless none of its kind is shown.
            return (0.0 if "No row is shown" in paper.rule else 1.0), math.inf
        figure = float(text.replace(",", ""))
        if measure == "received":
            return figure, figure
        if measure == "available":
            step = int(re.search(r"nearest ([\d,]+) badges", paper.rule)[1].replace(",", ""))  # type: ignore[index]
            return max(figure - step // 2, 0.0), figure + step // 2
        if not figure:
            return 0.0, 0.0
        if "Counts are exact" in paper.rule and measure not in ALWAYS_ROUNDED:
            return figure, figure
        return max(figure - 2, 8.0), figure + 2

    def _add_up(self, paper: Paper) -> None:
        def name(row: str, measure: str) -> Name | None:
            return self.at.get((paper.code, paper.starts, paper.version, row, measure))

        rows = [row for row in paper.rows if row != "total"]
        for row in paper.rows:
            self._order([name(row, measure) for measure in TRIPLE])
            self._order([name(row, "matched_without_person"), name(row, "decided")])
            self._decided_by_people(paper.text.get((row, "hours_to_decide")), name, row)
        for measure in paper.columns:
            total, parts = name("total", measure), [name(row, measure) for row in rows]
            if not parts or total is None:
                continue
            known = {part: 1.0 for part in parts if part is not None}
            if measure == "organisations":
                self.sums.append(({**known, total: -1.0}, 0.0, math.inf))
                for part in known:
                    self._order([part, total])
            else:
                self.sums.append(({**known, total: -1.0}, 0.0, 0.0))

    def _decided_by_people(self, hours: str | None, name: Callable[[str, str], Name | None], row: str) -> None:
        """A median is shown of 8 organisations or more, and marked as not available when there were none."""
        decided, matched = name(row, "decided"), name(row, "matched_without_person")
        if hours is None or hours == "[c]" or decided is None or matched is None:
            return
        self.sums.append(({decided: 1.0, matched: -1.0}, *((0.0, 0.0) if hours == "[x]" else (8.0, math.inf))))

    def _order(self, chain: Sequence[Name | None]) -> None:
        """Each of these is at most the next."""
        for smaller, larger in itertools.pairwise(chain):
            if smaller is not None and larger is not None:
                self.sums.append(({larger: 1.0, smaller: -1.0}, 0.0, math.inf))

    # Tables with each other

    def _across_tables(self) -> None:
        newest = {(paper.code, paper.starts): paper for paper in self.papers}
        for paper in self.papers:
            if paper.code == "four_weeks_by_authority":
                self._areas(paper, newest)
            before = newest.get((paper.code, paper.starts - timedelta(weeks=1)))
            if before is not None and paper.code == "fulfilment":
                self._on_its_way(before, paper)
            if before is not None and paper.code == "stock":
                self._stock(before, paper, newest)
            for code, rows, measure in AMONG.get(paper.code, ()):
                self._among(paper, measure, newest.get((code, paper.starts)), rows)

    def _among(self, paper: Paper, measure: str, cut: Paper | None, rows: Sequence[str]) -> None:
        """The orders of the week that stand in these rows are among those that the measure counts, if counted at one time."""
        if cut is None:
            return
        inside = [self.at[cut.code, cut.starts, cut.version, row, "orders"] for row in rows]
        whole = self.at[paper.code, paper.starts, paper.version, "total", measure]
        if {name[-1] for name in inside} == {whole[-1]}:
            self.sums.append(({whole: 1.0, **dict.fromkeys(inside, -1.0)}, 0.0, math.inf))

    def _areas(self, paper: Paper, newest: Mapping[tuple[str, date], Paper]) -> None:
        days = [paper.starts + timedelta(weeks=n) for n in range(4)]
        by_region: dict[str, list[str]] = {}
        for row in paper.rows:
            by_region.setdefault(row if row in ("total", "unknown") else self.regions[row], []).append(row)
        for region, areas in by_region.items():
            weeks = [newest.get(("week_by_region", day)) for day in days]
            if not all(weeks):
                continue
            for measure in TRIPLE:
                inside = [self.at[paper.code, paper.starts, paper.version, area, measure] for area in areas]
                weekly = [self.at[w.code, w.starts, w.version, region, measure] for w in weeks if w is not None]
                if measure == "organisations":
                    for one in inside:
                        self.sums.append(({**dict.fromkeys(weekly, 1.0), one: -1.0}, 0.0, math.inf))
                    for one in weekly:
                        self.sums.append(({**dict.fromkeys(inside, 1.0), one: -1.0}, 0.0, math.inf))
                else:
                    self.sums.append(({**dict.fromkeys(inside, 1.0), **dict.fromkeys(weekly, -1.0)}, 0.0, 0.0))

    def _on_its_way(self, before: Paper, now: Paper) -> None:
        def name(paper: Paper, measure: str) -> Name:
            return self.at[paper.code, paper.starts, paper.version, "total", measure]

        terms = {
            name(before, "on_its_way"): 1.0,
            name(now, "dispatched"): 1.0,
            name(now, "delivered"): -1.0,
            name(now, "returned"): -1.0,
            name(now, "on_its_way"): -1.0,
        }
        self.sums.append((terms, 0.0, 0.0))

    def _stock(self, before: Paper, now: Paper, newest: Mapping[tuple[str, date], Paper]) -> None:
        """Cancelled and refused orders of the week are among those whose badges came back."""
        week = newest.get(("week", now.starts))
        states = newest.get(("week_by_state", now.starts))
        if week is None or states is None:
            return
        terms: dict[Name, float] = {
            self.at["stock", now.starts, now.version, "total", "available"]: 1.0,
            self.at["stock", before.starts, before.version, "total", "available"]: -1.0,
            self.at["stock", now.starts, now.version, "total", "received"]: -1.0,
            self.at["week", week.starts, week.version, "total", "badges"]: 1.0,
        }
        for row in BADGES_COME_BACK:
            terms[self.at["week_by_state", states.starts, states.version, row, "badges"]] = -1.0
        self.sums.append((terms, 0.0, math.inf))


class _Solver:
    """Linear programs over the parts of what is known that hang together."""

    def __init__(self, bounds: Mapping[Name, Bounds], sums: Sequence[tuple[dict[Name, float], float, float]]) -> None:
        self.names = list(bounds)
        self.number = {name: n for n, name in enumerate(self.names)}
        self.box = np.array([bounds[name] for name in self.names])
        self.sums = [({self.number[name]: w for name, w in terms.items()}, low, high) for terms, low, high in sums]
        self.free = self.box[:, 0] < self.box[:, 1]
        self.part = self._parts()
        self.built: dict[int, tuple[np.ndarray, dict[str, object]]] = {}
        self.seen = np.column_stack([np.full(len(self.names), np.inf), np.full(len(self.names), -np.inf)])

    def _parts(self) -> np.ndarray:
        pairs = [(one, other) for terms, _, _ in self.sums for one, other in self._chain(terms)]
        rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
        size = len(self.names)
        return connected_components(
            coo_array((np.ones(len(pairs)), (rows, columns)), shape=(size, size)), directed=False
        )[1]

    def _chain(self, terms: Mapping[int, float]) -> Iterable[tuple[int, int]]:
        open_terms = [n for n in terms if self.free[n]]
        return itertools.pairwise(open_terms)

    def range_of(self, name: Name) -> Bounds:
        n = self.number[name]
        if not self.free[n]:
            return self.box[n, 0], self.box[n, 1]
        return self._solve(n, 1.0), self._solve(n, -1.0)

    def spans(self, name: Name, least: int, most: int) -> bool:
        """Like `range_of`, but looks first at the points that other questions have already turned up."""
        n = self.number[name]
        if not self.free[n]:
            return self.box[n, 0] <= least and self.box[n, 1] >= most
        below = self.seen[n, 0] <= least + 1e-6 or math.ceil(self._solve(n, 1.0) - 1e-6) <= least
        return below and (self.seen[n, 1] >= most - 1e-6 or math.floor(self._solve(n, -1.0, most) + 1e-6) >= most)

    def _solve(self, n: int, sign: float, enough: float = 1e9) -> float:
        members, matrices = self._program(self.part[n])
        place = int(np.searchsorted(members, n))
        costs = np.zeros(len(members))
        costs[place] = sign
        box = self.box[members].copy()
        box[place, 1] = min(box[place, 1], enough)
        found = linprog(costs, bounds=box, method="highs", **matrices)  # type: ignore[arg-type]
        if found.status == 2:
            # The limit was in the way: the figure is surely larger than is asked for.
            found = linprog(costs, bounds=self.box[members], method="highs", **matrices)  # type: ignore[arg-type]
        if found.status == 3:
            return math.inf
        assert found.status == 0, found.message
        self.seen[members, 0] = np.minimum(self.seen[members, 0], found.x)
        self.seen[members, 1] = np.maximum(self.seen[members, 1], found.x)
        return float(found.x[place])

    def _program(self, part: int) -> tuple[np.ndarray, dict[str, object]]:
        if part in self.built:
            return self.built[part]
        members = np.flatnonzero(self.part == part)
        column = {int(n): k for k, n in enumerate(members)}
        equal: list[tuple[dict[int, float], float]] = []
        most: list[tuple[dict[int, float], float]] = []
        for terms, low, high in self.sums:
            open_terms = {n: w for n, w in terms.items() if self.free[n]}
            if not open_terms or next(iter(open_terms)) not in column:
                continue
            known = sum(w * self.box[n, 0] for n, w in terms.items() if not self.free[n])
            if low == high:
                equal.append((open_terms, high - known))
            else:
                # Every such sum is at least something.
                most.append(({n: -w for n, w in open_terms.items()}, known - low))
        matrices: dict[str, object] = {}
        for letter, lines in (("eq", equal), ("ub", most)):
            if lines:
                entries = [(k, column[n], w) for k, (terms, _) in enumerate(lines) for n, w in terms.items()]
                rows, columns, weights = zip(*entries, strict=True)
                shape = (len(lines), len(members))
                matrices[f"A_{letter}"] = coo_array((weights, (rows, columns)), shape=shape).tocsr()
                matrices[f"b_{letter}"] = np.array([right for _, right in lines])
        self.built[part] = members, matrices
        return self.built[part]
