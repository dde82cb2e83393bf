"""What each stage of an order costs, one after another: `.venv/bin/python -m bench.stage_costs [visits]`.

The figures of docs/capacity.md. Web runs as `make run` starts it; what workers do is done by this process, by the same
functions, so that the processor time, statements and rows of each stage are its own and nobody else's.
"""

from __future__ import annotations

import asyncio
import csv
import io
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench import world
from bench.launch import mail_to
from bench.launch_day import hash_ms_of_one, stop_all_when_asked_to_end

VISITS = 150


class Costs:
    """Processor time of Python and PostgreSQL, and statements, by stage."""

    def __init__(self, parts: Any) -> None:
        self._parts = parts
        self._sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])

    async def of_web(self, stage: str, work: Any, statements: Callable[[], float]) -> Any:
        """Await `work`, which asks the web server; its processes and PostgreSQL's are what it costs."""
        before, said = self._parts.use().seconds, statements()
        result = await work
        after = self._parts.use().seconds
        spent = after["web"] - before["web"], after["postgres"] - before["postgres"], statements() - said
        self._add(stage, 1, *spent)
        return result

    async def of_work(self, stage: str, work: Callable[[], int]) -> None:
        """Do `work` in a thread; it returns how many things it did."""
        before = self._parts.use().seconds["postgres"]
        count, seconds, statements = await asyncio.to_thread(_counted, work)
        self._add(stage, count, seconds, self._parts.use().seconds["postgres"] - before, statements)

    def _add(self, stage: str, *spent: float) -> None:
        self._sums[stage] = [a + b for a, b in zip(self._sums[stage], spent, strict=True)]

    def print(self) -> None:
        print(f"\n  {'each':34} {'counted':>8} {'Python ms':>10} {'PostgreSQL ms':>14} {'statements':>11}")
        for stage, (count, python, postgres, statements) in self._sums.items():
            each = max(count, 1)
            print(
                f"  {stage:34} {count:8.0f} {1000 * python / each:10.2f} {1000 * postgres / each:14.2f}"
                f" {statements / each:11.2f}"
            )


def main(visits: int) -> None:
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
        lay(60_000)
        with world.running("web", settings_module="bench.counted") as (port, _pid):
            asyncio.run(_stages(visits, port=port, smtp_port=smtp_port))


async def _stages(visits: int, *, port: int, smtp_port: int) -> None:
    from django.conf import settings

    from bench.launch.letters import LetterBox
    from bench.launch.parts import Parts

    letters, costs = LetterBox(), Costs(Parts(settings.EMBEDDED_FOLDER))
    await letters.open(smtp_port)
    for count, into in ((10, Costs(Parts(settings.EMBEDDED_FOLDER))), (visits, costs)):
        # The first ten fill caches and are not counted.
        before = await asyncio.to_thread(_bytes)
        await _visit(count, port, letters, into)
    after = await asyncio.to_thread(_bytes)
    await _later_stages(costs)
    costs.print()
    print(f"\n  one password hash: {await asyncio.to_thread(hash_ms_of_one):.1f} ms")
    grown = sorted(((after[name] - before[name]) / visits / 1024, name) for name in after)
    print(f"\n  storage of an establishment and its order, until decided: {sum(size for size, _ in grown):.1f} KB")
    print("    most of it: " + ", ".join(f"{name} {size:.2f}" for size, name in reversed(grown[-8:])))
    letters.close()


async def _visit(count: int, port: int, letters: Any, costs: Costs) -> None:
    from collections import Counter

    from bench.launch.clock import Clock
    from bench.launch.ground import establishments
    from bench.launch.visitor import Visitor

    coming = await asyncio.to_thread(lambda: iter(list(establishments())))
    for _ in range(0 if count == 10 else 10):
        next(coming)
    for number in range(count):
        visitor = Visitor(next(coming), port=port, letters=letters, clock=Clock(0, 0), think=0, static=[])
        visitor.statements = Counter()
        said = visitor.all_statements
        code = await costs.of_web("registration: to the code", visitor.sign_up(time.monotonic()), said)
        # With the first half of the visits a mail goes alone; later those of earlier orders go with it.
        await costs.of_work("mail, a code at a time" if number < count // 2 else "mail, with others", _send_mails)
        await costs.of_web("registration: the code", visitor.confirm(code), said)
        await costs.of_web("order: every page", visitor.order(), said)
        if number < count // 2:
            await costs.of_work("assessment, alone", _assess)
            await costs.of_work("mail, two at a time", _send_mails)
    await costs.of_work("assessment, all at once", _assess)
    await costs.of_work("mail, many on one connection", _send_mails)


async def _later_stages(costs: Costs) -> None:
    made: list[Any] = []
    await costs.of_work("line of a batch, to its file", lambda: _batch(made))
    await costs.of_work("row of a tracking file", lambda: _track(made[0]))


def _counted(work: Callable[[], int]) -> tuple[int, float, int]:
    from django.db import connection

    seen = 0

    def note(execute: Any, statement: str, *rest: Any) -> Any:
        nonlocal seen
        seen += not str(statement).lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(statement, *rest)

    with connection.execute_wrapper(note):
        started = time.thread_time()
        count = work()
        return count, time.thread_time() - started, seen


def _send_mails() -> int:
    from django.utils import timezone

    from badgeportal.outbox.sending import send_pending

    return send_pending(now=timezone.now()).get("sent", 0)


def _assess() -> int:
    from django.utils import timezone

    from verification.assessing import assess_orders

    return assess_orders(now=timezone.now()).assessed


def _batch(made: list[Any]) -> int:
    from django.utils import timezone

    from badgeportal.actor import Actor
    from fulfilment.batches import create_batch
    from fulfilment.dx_file import dx_file
    from fulfilment.sending import close_batch, mark_batch_sent
    from orders.lifecycle import Who

    known: dict[str, Any] = {"actor": Actor.system("bench"), "now": timezone.now()}
    run = create_batch(limit=None, by=Who.SYSTEM, **known)
    assert run.batch is not None
    batch = close_batch(batch_id=run.batch.pk, **known)
    dx_file(batch)
    mark_batch_sent(batch_id=batch.pk, by=Who.SYSTEM, **known)
    made.append(batch)
    return run.orders


def _track(batch: Any) -> int:
    from django.utils import timezone

    from badgeportal.actor import Actor
    from fulfilment.models import Consignment
    from fulfilment.tracking.importing import import_tracking
    from orders.lifecycle import Who

    now = timezone.now()
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["Reference", "Consignment", "Event", "Date and time"])
    for number, reference in enumerate(Consignment.objects.filter(batch=batch).values_list("reference", flat=True)):
        for hours, event in ((1, "Collected"), (2, "Delivered")):
            writer.writerow([reference, f"{10**9 + number}", event, f"{now + timedelta(hours=hours):%Y-%m-%d %H:%M}"])
    result = import_tracking(
        content=table.getvalue().encode(), file_name="bench.csv", actor=Actor.system("bench"), by=Who.SYSTEM,
        now=now + timedelta(days=1),
    )  # fmt: skip
    if result.new != result.rows:
        print(f"  tracking: {result.rows} rows, {result.new} new, {result.unknown} unknown, {result.failed} failed")
    return int(result.rows)


def _bytes() -> dict[str, int]:
    """The size of each table with its indexes, by used pages and not by what was set aside."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return dict(cursor.fetchall())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else VISITS)
