"""The audit: how closely the figures that are hidden can be worked out from those that are shown, by linear programming."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from reports.disclosure.model import INFINITE, ContradictionError, Key, Model

# How much is missing below and above.
Lack = tuple[float, float]
_INFEASIBLE = 2


def must_reach(value: int) -> tuple[int, int]:
    """The values that must stay possible for a hidden figure: 1 to 7 for a small one, 20% either way for a larger one."""
    if value < 8:
        return 1, 7
    return 8 * value // 10, -(-12 * value // 10)


class Reach:
    """Remembers what each hidden figure was seen to be able to be. Hiding more only ever adds to it, so it is kept throughout."""

    def __init__(self) -> None:
        self._seen: dict[Key, tuple[float, float]] = {}

    def lacking(
        self, model: Model, wanted: Mapping[Key, tuple[int, int]], tied_to: AbstractSet[Key] | None = None
    ) -> dict[Key, Lack]:
        """The figures that cannot be all they should, with how much is missing below and above.

        With `tied_to` only parts in which one of these figures stands are looked at. Raises ContradictionError when no true
        figures would give what is published.
        """
        lacks: dict[Key, Lack] = {}
        for part in model.components():
            if tied_to is not None and tied_to.isdisjoint(part.intervals):
                continue
            program = _Program(part)
            asked = [key for key in wanted if key in part.intervals]
            if not asked and part.relations:
                self._see(program, program.solve({}, 1.0))
            self._sweep(program, {key: wanted[key] for key in asked})
            for key in asked:
                lack = (
                    self._missing(program, key, 1.0, wanted[key][0]),
                    self._missing(program, key, -1.0, wanted[key][1]),
                )
                if any(lack):
                    lacks[key] = lack
        return lacks | self._known_exactly(model, wanted)

    @staticmethod
    def _known_exactly(model: Model, wanted: Mapping[Key, tuple[int, int]]) -> dict[Key, Lack]:
        found: dict[Key, Lack] = {}
        for key, (least, most) in wanted.items():
            low, high = model.intervals[key]
            if low == high and (low > least or high < most):
                found[key] = (max(low - least, 0), max(most - high, 0))
        return found

    def _sweep(self, program: _Program, wanted: Mapping[Key, tuple[int, int]]) -> None:
        """Asks for many figures at once, as long as that settles some; only the others are then asked for one by one."""
        for sign, side in ((1.0, 0), (-1.0, 1)):
            open_ones = {key: reach[side] for key, reach in wanted.items() if not self._reached(key, sign, reach[side])}
            while len(open_ones) > 1:
                try:
                    self._see(program, program.solve(open_ones, sign, strict=True))
                except ContradictionError:
                    break
                left = {key: target for key, target in open_ones.items() if not self._reached(key, sign, target)}
                if len(left) == len(open_ones):
                    break
                open_ones = left

    def _reached(self, key: Key, sign: float, target: float) -> bool:
        low, high = self._seen.get(key, (INFINITE, -INFINITE))
        return low <= target if sign > 0 else high >= target

    def _missing(self, program: _Program, key: Key, sign: float, target: float) -> float:
        if self._reached(key, sign, target):
            return 0.0
        point = program.solve({key: target}, sign)
        self._see(program, point)
        missing = sign * (float(point[program.position[key]]) - target)
        return missing if missing > 1e-6 else 0.0

    def _see(self, program: _Program, point: Iterable[float]) -> None:
        for key, value in zip(program.position, point, strict=True):
            low, high = self._seen.get(key, (INFINITE, -INFINITE))
            near = round(value) if abs(value - round(value)) < 1e-6 else value
            self._seen[key] = (min(low, near), max(high, near))


class _Program:
    """One linear program; only its objective changes."""

    def __init__(self, model: Model) -> None:
        # scipy takes its time to load, and only the job that computes a snapshot needs it.
        import numpy as np
        from scipy.sparse import csr_array

        self.position = {key: n for n, key in enumerate(model.intervals)}
        self._bounds = np.array(list(model.intervals.values()), dtype=float).reshape(-1, 2)
        equal, most = _Rows(), _Rows()
        for relation in model.relations:
            if not relation.terms:
                continue
            at = [(weight, self.position[key]) for weight, key in relation.terms]
            if relation.least == relation.most:
                equal.add(at, relation.most)
                continue
            if relation.most < INFINITE:
                most.add(at, relation.most)
            if relation.least > -INFINITE:
                most.add([(-weight, n) for weight, n in at], -relation.least)
        width = len(self.position)
        self._arguments: dict[str, Any] = {}
        for name, rows in (("eq", equal), ("ub", most)):
            if rows.right:
                shape = (len(rows.right), width)
                self._arguments[f"A_{name}"] = csr_array((rows.weights, (rows.rows, rows.columns)), shape=shape)
                self._arguments[f"b_{name}"] = np.array(rows.right)

    def solve(self, targets: Mapping[Key, float], sign: float, *, strict: bool = False) -> Any:
        """A point where figures come as near to their targets as they can: from above with sign 1, from below with sign -1.

        Beyond its target no figure needs to go, and without that limit the program could have no end. Where the limit itself
        is impossible it is left out, unless `strict`. Raises ContradictionError when there is no such point.
        """
        import numpy as np
        from scipy.optimize import linprog

        objective = np.zeros(len(self.position))
        bounds = self._bounds.copy()
        side, keep = (0, max) if sign > 0 else (1, min)
        for key, target in targets.items():
            n = self.position[key]
            objective[n] = sign
            bounds[n, side] = keep(bounds[n, side], target)
        result = None
        if (bounds[:, 0] <= bounds[:, 1]).all():
            result = linprog(objective, bounds=bounds, method="highs", **self._arguments)
        if (result is None or result.status == _INFEASIBLE) and targets and not strict:
            result = linprog(objective, bounds=self._bounds, method="highs", **self._arguments)
        if result is None or result.status == _INFEASIBLE:
            raise ContradictionError("What is published contradicts itself.")
        if result.x is None:
            raise RuntimeError(f"The audit could not be finished: {result.message}")
        return result.x


class _Rows:
    """Rows of a sparse matrix as they are put together."""

    def __init__(self) -> None:
        self.weights: list[float] = []
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.right: list[float] = []

    def add(self, terms: Iterable[tuple[float, int]], right: float) -> None:
        for weight, column in terms:
            self.weights.append(weight)
            self.rows.append(len(self.right))
            self.columns.append(column)
        self.right.append(right)
