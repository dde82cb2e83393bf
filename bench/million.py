"""What a hundred times the orders change: `.venv/bin/python -m bench.million [--small 10000] [--large 1000000] [--rounds 9]`.

Builds the big world twice, measures the same pages and pulls at both sizes in this one process, and prints the ratios. With
`--build N` or `--measure` it does one half: a build may share the machine, a measurement should have it alone.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench import big_world, world

# The limits that the portal keeps, whatever the data; nothing is said of pulls, which work on many rows at once.
PAGE, LIST, PULL = 25, 15, 0
MOST_RATIO = 1.5
# Below this a ratio says more of the clock than of the data.
NOTICEABLE_MS = 3.0


class Step(NamedTuple):
    """One line of the table. `run` is given the number of the round and does the thing once; 0 is not measured."""

    name: str
    limit: int
    run: Callable[[int], Any]


class Measured(NamedTuple):
    name: str
    limit: int
    statements: int
    milliseconds: list[float]


def measure(steps: list[Step], *, rounds: int) -> list[Measured]:
    """The time of each step in `rounds` rounds after one that is not measured, and the most statements that it ran."""
    from django.db import connection

    found = []
    for step in steps:
        counts, times = [0], []
        for number in range(rounds + 1):
            seen: list[str] = []

            def note(execute: Callable[..., Any], sql: str, *rest: Any, seen: list[str] = seen) -> Any:
                if not str(sql).upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
                    seen.append(sql)
                return execute(sql, *rest)

            with connection.execute_wrapper(note):
                started = time.perf_counter()
                step.run(number)
                seconds = time.perf_counter() - started
            if number:
                times.append(seconds * 1000)
                counts.append(len(seen))
        found.append(Measured(step.name, step.limit, max(counts), times))
    return found


def show(small: list[Measured], large: list[Measured]) -> None:
    """The table: medians with their range at both sizes, statements, the ratio, and what is beyond a limit."""
    print(
        f"\n| what | queries | small, ms | large, ms | ratio | |\n| --- | --- | --- | --- | --- | --- |  {world.load()}"
    )
    for before, after in zip(small, large, strict=True):
        middle = statistics.median(after.milliseconds)
        ratio = middle / statistics.median(before.milliseconds)
        flags = []
        if ratio > MOST_RATIO and middle > NOTICEABLE_MS:
            flags.append(f"over {MOST_RATIO}")
        if after.limit and max(before.statements, after.statements) > after.limit:
            flags.append(f"over {after.limit} queries")
        if after.statements > before.statements:
            flags.append(f"{before.statements} queries before")
        shown = [world.spread(one.milliseconds, ".1f") for one in (before, after)]
        print(f"| {before.name} | {after.statements} | {shown[0]} | {shown[1]} | {ratio:.2f} | {', '.join(flags)} |")


def take(name: str, *, rounds: int) -> list[Measured]:
    """Measure the world that is there, and keep the figures beside it under `name`."""
    from bench.big_steps import steps

    # A line for each request and sweep would be in the table's way.
    logging.disable(logging.ERROR)
    found = measure(steps(), rounds=rounds)
    _kept(name).write_text(json.dumps(found))
    print(f"{name}: {len(found)} lines, {world.load()}")
    return found


def kept(name: str) -> list[Measured]:
    """The figures that were kept under `name`."""
    return [Measured(*one) for one in json.loads(_kept(name).read_text())]


def _kept(name: str) -> Path:
    return world.ROOT / ".data" / big_world.NAME / f"{name}.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--build", type=int, help="only build a world of that many orders")
    parser.add_argument("--measure", choices=["small", "large"], help="only measure the world that is there")
    chosen = parser.parse_args()
    with big_world.servers():
        if chosen.build:
            big_world.build(chosen.build)
        elif chosen.measure:
            take(chosen.measure, rounds=chosen.rounds)
        else:
            for name, orders in (("small", chosen.small), ("large", chosen.large)):
                big_world.build(orders)
                take(name, rounds=chosen.rounds)
        if _kept("small").exists() and _kept("large").exists():
            show(kept("small"), kept("large"))


if __name__ == "__main__":
    main()
