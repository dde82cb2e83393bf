"""The portal after two years and a million orders: `.venv/bin/python -m bench.big_world [--orders N]`.

Rows are made by the database, a chunk of orders at a time, so that memory stays flat. No constraint and no trigger is taken
away: what could not be written by the portal cannot be written here. For measuring only; nothing of it is installed anywhere.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import world

NAME = "bench-million"
CHUNK = 50_000
LISTINGS = 42_000
_EMPTIED = (
    "accounts_user", "orders_order", "orders_stockmovement", "fulfilment_batch", "fulfilment_trackingimport",
    "outbox_outboxmessage", "audit_auditevent",
)  # fmt: skip


@contextmanager
def servers() -> Iterator[None]:
    """Django set up on servers of the big world's own, migrated. Use it before anything of the portal is read."""
    # One officer searches as often here as the rounds ask for.
    world.prepare(NAME, RATE_LIMIT_FACTOR="100")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from badgeportal.embedded.services import services
    from badgeportal.embedded.static import bring_static_files_up_to_date

    bring_static_files_up_to_date(world.ROOT, print)
    with services(settings.EMBEDDED_FOLDER, keep=True, say=print):
        call_command("migrate", verbosity=0)
        yield
        connection.close()


def build(orders: int) -> None:
    """Empty the world, make it anew with `orders` orders, and prove that it adds up."""
    from django.db import connection

    started = time.perf_counter()
    world.load_register(LISTINGS)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(_EMPTIED)} RESTART IDENTITY CASCADE")
        cursor.execute("UPDATE orders_stockbalance SET on_hand = 0, reserved = 0")
        cursor.execute("SET synchronous_commit = off")
        write(orders)
        cursor.execute("SET synchronous_commit = on")
        # As autovacuum leaves it: statistics for the planner, and the map of pages that index-only scans need.
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{orders:,} orders built in {seconds:.0f} s; this process took {memory:.0f} MB at most")
    if not prove():
        raise SystemExit("The world does not add up.")


def write(orders: int) -> None:
    """Write the world of `orders` orders into a database that has listings and no orders."""
    from django.db import connection

    from bench import big_plan, big_rows

    if orders < big_plan.SMALLEST:
        raise SystemExit(f"A believable world has at least {big_plan.SMALLEST:,} orders.")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.made, pg_temp.register")
        cursor.execute(big_plan.functions())
        known = big_rows.write_people(cursor, orders=orders)
        big_rows.write_days(known)
        for first in range(1, orders + 1, CHUNK):
            big_rows.write_chunk(cursor, known | {"first": first, "last": min(first + CHUNK - 1, orders)})
        big_rows.add_up(cursor)


def prove() -> bool:
    """Whether ledger, balance and orders agree, and each order is where its last event left it; printed with the states."""
    from django.db.models import Count, F, OuterRef, Subquery

    from orders.models import Order, OrderEvent, StockBalance

    balance: Any = StockBalance.objects.with_proof().get(pk=1)
    stock = (balance.on_hand, balance.reserved)
    agree = (balance.ledger_on_hand, balance.ledger_reserved) == stock and balance.owed == balance.reserved
    moves = OrderEvent.objects.filter(order=OuterRef("pk")).exclude(to_state="").order_by("-at", "-pk")
    astray = Order.objects.alias(last=Subquery(moves.values("to_state")[:1])).exclude(state=F("last")).count()
    states = Order.objects.values_list("state").annotate(Count("pk")).order_by("state")
    print("  " + ", ".join(f"{state} {count:,}" for state, count in states))
    print(
        f"  ledger, balance and orders {'agree' if agree else 'DIFFER'}; {astray} orders are elsewhere than their history says"
    )
    return agree and not astray


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    with servers():
        build(parser.parse_args().orders)
