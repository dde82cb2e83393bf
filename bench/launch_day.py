"""The day of the launch: establishments arrive, register, confirm and order, and the portal decides: `make bench-launch-day`.

`.venv/bin/python -m bench.launch_day [--minutes 10] [--rate 11.7] [--raise 15]`. See bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import re
import signal
import sys
import time
from collections import Counter

from bench import world
from bench.launch import mail_to

# 42,000 establishments in one hour.
RATE = 42_000 / 3600
LISTINGS = 60_000
_MOST_STEPS = 20
_STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_IMPORTED = re.compile(r"""(?:import|from) ?['"]\./([^'"]+)['"]""")


def main(chosen: argparse.Namespace) -> bool:
    """Build the ground, let the day run, print; returns whether the wanted rate held."""
    sys.stdout.reconfigure(line_buffering=True)
    smtp_port = world.free_port()
    world.prepare("bench-launch-day", **mail_to(smtp_port))
    import django

    django.setup()
    from django.conf import settings

    from badgeportal.embedded.children import reap
    from badgeportal.embedded.services import services
    from badgeportal.embedded.static import bring_static_files_up_to_date
    from bench.launch.ground import lay

    stop_all_when_asked_to_end()
    bring_static_files_up_to_date(world.ROOT, print)
    reap(settings.EMBEDDED_FOLDER)
    with services(settings.EMBEDDED_FOLDER, keep=True, say=print):
        lay(chosen.listings)
        with world.running("web", "worker", "mailer", "beat", settings_module="bench.counted") as (port, _pid):
            return asyncio.run(_day(chosen, port=port, smtp_port=smtp_port))


def stop_all_when_asked_to_end() -> None:
    """Asked to end from outside, a bench stops what it started, as it does after Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("Asked to end."))


async def _day(chosen: argparse.Namespace, *, port: int, smtp_port: int) -> bool:
    from django.conf import settings

    from bench.launch.decisions import Decisions
    from bench.launch.ground import establishments
    from bench.launch.letters import LetterBox
    from bench.launch.parts import Parts
    from bench.launch.stage import Stage

    letters, decisions, stop = LetterBox(), Decisions(), asyncio.Event()
    await letters.open(smtp_port)
    watching = asyncio.create_task(decisions.watch(stop))
    coming = await asyncio.to_thread(lambda: iter(list(establishments())))
    stage = Stage(
        port, letters, decisions, Parts(settings.EMBEDDED_FOLDER), coming, await _first_view(port), chosen.think
    )
    try:
        statements = await _count_statements(stage)
        return await _stages(chosen, stage, statements)
    finally:
        stop.set()
        await watching
        letters.close()


async def _stages(chosen: argparse.Namespace, stage, statements: Counter[str]) -> bool:
    from bench.launch.report import print_line, print_result

    hash_ms = await asyncio.to_thread(hash_ms_of_one)
    print(
        f"\n{3600 * chosen.rate:,.0f} establishments an hour, {chosen.rate:.1f} a second, for {chosen.minutes:g} minutes;"
        f" pauses of {chosen.think:g} s before each page; {world.load()}",
        flush=True,
    )
    result = await stage.run(rate=chosen.rate, seconds=60 * chosen.minutes)
    print_result(result, statements, hash_ms=hash_ms)
    print_line(result)
    held = not result.why_not()
    if not chosen.raise_percent:
        return held
    # Up until it bends; down until it holds, when it bends at once.
    factor = 1 + chosen.raise_percent / 100
    last_held = chosen.rate if held else 0.0
    print(f"\nin steps of {chosen.raise_percent:g}%, {chosen.step_minutes:g} minutes each", flush=True)
    rate = chosen.rate
    for _ in range(_MOST_STEPS):
        rate = rate * factor if held else rate / factor
        step = await stage.run(rate=rate, seconds=60 * chosen.step_minutes)
        print_line(step)
        if not step.why_not():
            last_held = rate
        if held == bool(step.why_not()):
            break
    print(f"\nthe highest rate that held: {last_held:.1f} a second, {3600 * last_held:,.0f} an hour", flush=True)
    return held


async def _first_view(port: int) -> list[str]:
    """The static files of the start page, and what its scripts import: what a browser fetches the first time."""
    from bench.launch.wire import Connection

    connection = Connection(port, "10.255.255.254")
    page = (await connection.ask("GET", "/")).body.decode()
    paths = list(dict.fromkeys(_STATIC.findall(page)))
    size = len(page)
    for path in paths:
        answer = await connection.ask("GET", path)
        size += len(answer.body)
        if path.endswith(".js"):
            packed = answer.headers.get("content-encoding") == "gzip"
            script = gzip.decompress(answer.body) if packed else answer.body
            paths += [f"{path.rsplit('/', 1)[0]}/{name}" for name in _IMPORTED.findall(script.decode())]
    connection.close()
    print(
        f"first view of the start page: {1 + len(paths)} requests, {size / 1024:.0f} KB (the page itself not compressed)"
    )
    return paths


async def _count_statements(stage) -> Counter[str]:
    """A few visits before the first stage, which also fill the caches; the last counts the statements of each page."""
    from bench.launch.clock import Clock
    from bench.launch.visitor import Visitor

    seen: Counter[str] = Counter()
    for number in range(12):
        clock = Clock(opens=0, closes=0)
        visitor = Visitor(
            next(stage.coming), port=stage.port, letters=stage.letters, clock=clock, think=0.0, static=stage.static
        )
        visitor.statements = seen if number > 3 else None
        await visitor.come(time.monotonic())
        if clock.errors:
            raise SystemExit(f"Even a single visitor does not get through: {clock.errors}")
    return seen


def hash_ms_of_one(rounds: int = 20) -> float:
    """Processor milliseconds of one hash with the portal's own parameters."""
    from django.contrib.auth.hashers import make_password

    started = time.process_time()
    for number in range(rounds):
        make_password(f"seven wet stones by the mill {number}")
    return 1000 * (time.process_time() - started) / rounds


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="how long the wanted rate goes on")
    parser.add_argument("--rate", type=float, default=RATE, help="establishments a second")
    parser.add_argument("--raise", dest="raise_percent", type=float, default=15, help="steps in percent; 0 for none")
    parser.add_argument("--step-minutes", type=float, default=1, help="how long each raised rate goes on")
    parser.add_argument("--think", type=float, default=1.0, help="mean pause before each page, in seconds")
    parser.add_argument("--listings", type=int, default=LISTINGS, help="places on the register")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(0 if main(_options(sys.argv[1:])) else 1)
