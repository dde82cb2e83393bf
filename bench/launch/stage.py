"""One stage: establishments arrive at a rate, whether or not those before them are done, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from bench import world
from bench.launch.clock import Clock
from bench.launch.decisions import Decisions
from bench.launch.letters import LetterBox
from bench.launch.parts import Parts, Use
from bench.launch.visitor import Establishment, Visitor

PAGE_SECONDS, DECIDED_SECONDS = 0.300, 2.0
# Pauses of a whole visit: so long after the first arrival every page is asked for at the full rate.
PAUSES = 14
_DRAIN_SECONDS = 60
# A visit that takes so much longer than its pauses means that the line only grows: no need to wait for the end.
_HOPELESS_SECONDS = 30
# A page asked for less often has no 99th percentile to speak of.
_ENOUGH = 50


@dataclass
class Result:
    """What one stage came to."""

    rate: float
    clock: Clock
    use: Use
    memory: dict[str, tuple[int, float, float]]
    decided: list[float] = field(default_factory=list)
    undecided: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    unexpected: int = 0
    mail_lags: list[float] = field(default_factory=list)
    mails_left: Counter[str] = field(default_factory=Counter)

    def slowest_page(self) -> tuple[str, float]:
        """The page with the highest 99th percentile, and that; the same for every page asked for often enough."""
        many = {page: world.at(found, 0.99) for page, found in self.clock.seconds.items() if len(found) >= _ENOUGH}
        page = max(many, key=lambda name: many[name], default="")
        return page, many.get(page, float("inf"))

    def why_not(self) -> list[str]:
        """What of the targets was missed; nothing when the rate held."""
        page, p99 = self.slowest_page()
        missed = []
        if not p99 < PAGE_SECONDS:
            missed.append(f"p99 of {page or 'every page'} is {1000 * p99:.0f} ms")
        if errors := sum(self.clock.errors.values()):
            missed.append(f"{errors} errors")
        if self.undecided or max(self.decided, default=0) > DECIDED_SECONDS:
            missed.append(f"{self.undecided} orders undecided, slowest decision {max(self.decided, default=0):.2f} s")
        if self.unexpected:
            missed.append(f"{self.unexpected} orders decided otherwise than the rules say")
        return missed


@dataclass
class Stage:
    """The surroundings in which stages run."""

    port: int
    letters: LetterBox
    decisions: Decisions
    parts: Parts
    coming: Iterator[Establishment]
    static: list[str]
    think: float

    async def run(self, *, rate: float, seconds: float) -> Result:
        """Let `rate` a second arrive, evenly spread at random; the pages of the `seconds` after the first visits are counted."""
        began = time.monotonic()
        settled = began + PAUSES * self.think * 1.2 + 2
        clock = Clock(opens=settled, closes=settled + seconds)
        await self.decisions.begin()
        expected: dict[str, str] = {}
        visits = asyncio.create_task(self._arrivals(rate, began, clock, expected))
        await asyncio.sleep(settled - time.monotonic())
        # In a thread: looking through the processes takes longer than a visitor may be kept waiting.
        before = await asyncio.to_thread(self.parts.use)
        await asyncio.wait([visits], timeout=clock.closes - time.monotonic())
        clock.closes = min(clock.closes, time.monotonic())
        use = (await asyncio.to_thread(self.parts.use)).since(before)
        tasks = await visits
        if tasks:
            given_up = any(what.startswith("given up") for what in clock.errors)
            _done, late = await asyncio.wait(tasks, timeout=0 if given_up else _DRAIN_SECONDS)
            for task in late:
                task.cancel()
                clock.note_error("a visit did not end")
        memory = await asyncio.to_thread(self.parts.memory)
        result = Result(rate, clock, use, memory)
        await self._settle(result, expected)
        return result

    async def _arrivals(
        self, rate: float, began: float, clock: Clock, expected: dict[str, str]
    ) -> list[asyncio.Task[None]]:
        random, due, tasks = Random(round(1000 * rate)), began, []
        while (due := due + random.expovariate(rate)) < clock.closes:
            who = next(self.coming, None)
            if who is None:
                raise SystemExit("The register has no more establishments; load more with --listings.")
            await asyncio.sleep(due - time.monotonic())
            if clock.inside > rate * (PAUSES * self.think + _HOPELESS_SECONDS):
                clock.note_error(
                    f"given up after {time.monotonic() - began:.0f} s: {clock.inside} are inside, ever more"
                )
                break
            expected[who.email] = who.expected
            visitor = Visitor(
                who, port=self.port, letters=self.letters, clock=clock, think=self.think, static=self.static
            )
            tasks.append(asyncio.create_task(visitor.come(due)))
        return tasks

    async def _settle(self, result: Result, expected: dict[str, str]) -> None:
        """Give the worker the time of the target to finish, then look at what became of every order."""
        for _ in range(int(DECIDED_SECONDS / 0.1)):
            if await self.decisions.all_decided():
                break
            await asyncio.sleep(0.1)
        found = await self.decisions.outcomes()
        result.outcomes = Counter(state for _email, state in found)
        result.undecided = result.outcomes["placed"]
        result.unexpected = sum(state not in ("placed", expected.get(email)) for email, state in found)
        never_seen = len(found) - result.undecided - len(self.decisions.waits)
        result.decided = [*self.decisions.waits, *([self.decisions.EVERY] * never_seen)]
        result.mail_lags = await self.decisions.mail_lags()
        result.mails_left = await self.decisions.mails_left()
