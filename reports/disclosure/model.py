"""What anyone can know: an interval for each true figure, and linear relations between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# The table, the first day of its period, the row, the measure and the version, or fewer of them.
Key = tuple[Any, ...]
INFINITE = float("inf")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Relation:
    """The weighted sum of some figures lies between two numbers."""

    terms: tuple[tuple[float, Key], ...]
    least: float
    most: float


@dataclass(slots=True)
class Model:
    """Intervals by figure, and relations. Figures named twice keep what both statements allow."""

    intervals: dict[Key, Interval] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def say(self, key: Key, interval: Interval) -> None:
        """The true figure lies in this interval."""
        low, high = self.intervals.get(key, (0.0, INFINITE))
        self.intervals[key] = (max(low, interval[0]), min(high, interval[1]))

    def tie(self, terms: Iterable[tuple[float, Key]], least: float = 0.0, most: float = 0.0) -> None:
        """Some figures are tied; one that nobody said anything about is at least nothing."""
        terms = tuple(terms)
        for _, key in terms:
            self.intervals.setdefault(key, (0.0, INFINITE))
        self.relations.append(Relation(terms, least, most))

    def at_most(self, smaller: Key, larger: Key) -> None:
        self.tie(((1.0, smaller), (-1.0, larger)), -INFINITE, 0.0)

    def components(self) -> list[Model]:
        """Parts that do not bear on each other. A figure that is known exactly ties nothing to anything."""
        parent: dict[Key, Key] = {key: key for key, (low, high) in self.intervals.items() if low < high}

        def root(key: Key) -> Key:
            while parent[key] != key:
                parent[key] = parent[parent[key]]
                key = parent[key]
            return key

        open_terms = [[key for _, key in relation.terms if key in parent] for relation in self.relations]
        for keys in open_terms:
            for key in keys[1:]:
                parent[root(key)] = root(keys[0])
        parts: dict[Key, Model] = defaultdict(Model)
        for key in parent:
            parts[root(key)].intervals[key] = self.intervals[key]
        known = Model()
        for relation, keys in zip(self.relations, open_terms, strict=True):
            part = parts[root(keys[0])] if keys else known
            part.relations.append(self._without_known(relation))
        contradictions = any(low > high for low, high in self.intervals.values())
        if contradictions or any(not r.least - 0.5 <= 0 <= r.most + 0.5 for r in known.relations):
            raise ContradictionError("What is published contradicts itself.")
        return list(parts.values())

    def _without_known(self, relation: Relation) -> Relation:
        terms: list[tuple[float, Key]] = []
        known = 0.0
        for weight, key in relation.terms:
            low, high = self.intervals[key]
            if low < high:
                terms.append((weight, key))
            else:
                known += weight * low
        return Relation(tuple(terms), relation.least - known, relation.most - known)


class ContradictionError(Exception):
    """No true figures would give what is published."""
