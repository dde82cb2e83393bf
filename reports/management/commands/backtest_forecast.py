"""`manage.py backtest_forecast`: what each method of the forecast missed by, on the published weeks or on made-up histories."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.forecast.actions import published_badges
from reports.forecast.backtest import BackTest, back_test, coverage
from reports.forecast.choosing import ENOUGH_WEEKS, FEWEST_WEEKS, SIMPLE, known_from
from reports.forecast.generated import SHAPES, history
from reports.forecast.methods import LEVELS
from reports.models.forecast import Method
from reports.snapshots.reading import latest_snapshot

HEADING = (
    "| Series | Weeks or histories | "
    + " | ".join(f"{method} misses by" for method in Method)
    + " | Chosen | In 80% | In 95% |"
)
# Of a made-up history every so many weeks are origins: all of them say little more, and fits take time.
_EVERY = 3


class Command(BaseCommand):
    """Prints a table in Markdown, for docs/forecast.md and for whoever wants to know whether a forecast can be trusted."""

    help = "Tries the forecast on the past: naive, drift and exponential smoothing, each from every week onwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--generated", action="store_true", help="made-up histories instead of the published weeks")
        parser.add_argument("--histories", type=int, default=10, help="made-up histories of each shape (default: 10)")

    def handle(self, *args: Any, generated: bool, histories: int, **options: Any) -> None:
        self.stdout.write(HEADING)
        self.stdout.write("| --- " * HEADING.count(" | ") + "| --- |")
        lines = _of_generated(histories) if generated else [_of_published()]
        for line in lines:
            self.stdout.write(line)


def _of_published() -> str:
    snapshot = latest_snapshot()
    known = known_from(published_badges(snapshot)) if snapshot else known_from([])
    if known.shown < FEWEST_WEEKS:
        raise CommandError(f"Only {known.shown} published weeks show their badges; {FEWEST_WEEKS} are needed.")
    methods = tuple(Method) if known.shown >= ENOUGH_WEEKS else SIMPLE
    return _line("published", known.shown, [_tests(known.values, methods, every=1)])


def _of_generated(histories: int) -> Iterable[str]:
    for shape in SHAPES:
        yield _line(
            shape,
            histories,
            [_tests(history(shape, seed=seed), tuple(Method), every=_EVERY) for seed in range(histories)],
        )


def _tests(values: Sequence[float], methods: Iterable[Method], *, every: int) -> dict[Method, BackTest]:
    return {method: test for method in methods if (test := back_test(method, values, every=every)) is not None}


def _line(name: str, count: int, tests: Sequence[dict[Method, BackTest]]) -> str:
    """One row: mean errors over all histories, how often each method came closest, and how far the intervals held."""
    errors = {m: [each[m].mean_error for each in tests if m in each] for m in Method}
    missed = [f"{fmean(found):,.0f}" if found else "not tried" for found in errors.values()]
    chosen = [min(each.values(), key=lambda test: test.mean_error) for each in tests]
    won = ", ".join(f"{m} {n}" for m in Method if (n := sum(test.method is m for test in chosen)))
    shares = [f"{share:.0%}" if (share := coverage(chosen)[level]) is not None else "too few" for level in LEVELS]
    return f"| {' | '.join([name, str(count), *missed, won, *shares])} |"
