"""What is to happen, in the order of time. What happens may put further things on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

Deed = Callable[[datetime], object]


class Agenda:
    """Deeds by their time; what would happen after `until` is left out."""

    def __init__(self, *, until: datetime) -> None:
        self._until = until
        self._deeds: list[tuple[datetime, int, Deed]] = []
        # Two deeds of one moment happen in the order in which they were put here.
        self._numbers = count()

    def add(self, at: datetime, deed: Deed) -> None:
        """Let `deed`, which is told the time, happen at `at`."""
        if at <= self._until:
            heappush(self._deeds, (at, next(self._numbers), deed))

    def live_through(self) -> Iterator[datetime]:
        """Do everything; yields the time after each deed."""
        while self._deeds:
            at, _, deed = heappop(self._deeds)
            deed(at)
            yield at
