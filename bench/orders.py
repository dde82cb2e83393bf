"""Placing orders over real HTTP, beside a bare Django view on the same server and database: `make bench-orders`.

`.venv/bin/python -m bench.orders [--listings N] [--seconds S] [--rounds R]`. See bench/README.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from typing import Any

from bench import world
from bench.driver import Browser, order, order_bare, user

USERS = (1, 4, 16)
# So that no account grows a history of its own.
VISITORS_EACH = 40
MOST_ORDERS = 2_000
STOCK_OUT, STOCK_OUT_EACH = 300, 3


def main(*, listings: int, seconds: float, rounds: int) -> None:
    """Build the world, measure, print."""
    world.prepare("bench-orders")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from badgeportal.embedded.services import services
    from badgeportal.embedded.static import bring_static_files_up_to_date

    bring_static_files_up_to_date(world.ROOT, print)
    with services(settings.EMBEDDED_FOLDER, keep=True, say=print):
        call_command("migrate", verbosity=0)
        world.load_register(listings)
        world.set_available(50_000_000)
        with (
            world.running("web", settings_module="bench.counted") as portal,
            world.running("web", application="bench.bare.wsgi") as bare,
        ):
            _statements(portal[0], bare[0])
            for users in USERS:
                _compare(users, portal[0], bare[0], seconds=seconds, rounds=rounds)
            print(f"web processes: portal {world.memory(portal[1])}; bare {world.memory(bare[1])}")
            _sell_out(portal[0])


def _statements(portal: int, bare: int) -> None:
    counts = []
    for port, is_bare in ((portal, False), (bare, True)):
        visitor = world.make_visitors(1, bare=is_bare)[0]
        # The first order of a process fills its caches; the second is what every later one costs.
        for _ in range(3):
            browser = Browser("127.0.0.1", port, cookies=visitor["cookies"])
            if is_bare:
                order_bare(browser, quantity=1, count=True)
            else:
                order(browser, ods_code=visitor["ods_code"], quantity=1, count=True)
            browser.close()
        counts.append(f"{browser.statements} ({len(browser.times)} requests for the whole)")
    print(f"statements in the final submit, without transaction control: portal {counts[0]}, bare {counts[1]}")


def _compare(users: int, portal: int, bare: int, *, seconds: float, rounds: int) -> None:
    figures: dict[str, list[dict[str, float]]] = {"portal": [], "bare": []}
    for _ in range(rounds):
        for name, port in (("portal", portal), ("bare", bare)):
            figures[name].append(_figures(_drive(users, port, bare=name == "bare", seconds=seconds), seconds))
    print(f"\n{users} users, {rounds} rounds of {seconds:g} s, {world.load()}")
    for name, found in figures.items():
        shown = {key: world.spread([one[key] for one in found], ".1f") for key in found[0]}
        print(f"  {name:6} " + "  ".join(f"{key} {value}" for key, value in shown.items()))
    for key in ("final p50", "final p99"):
        ratios = [p[key] / b[key] for p, b in zip(figures["portal"], figures["bare"], strict=True)]
        print(f"  {key}: portal / bare {world.spread(ratios, '.2f')}")


def _drive(users: int, port: int, **task: Any) -> list[dict[str, Any]]:
    visitors = world.make_visitors(users * VISITORS_EACH, bare=task["bare"])
    common = {"port": port, "most": MOST_ORDERS, "quantity": 1, "until_empty": False, **task}
    tasks = [common | {"visitors": visitors[n::users]} for n in range(users)]
    with multiprocessing.get_context("spawn").Pool(users) as pool:
        return pool.map(user, tasks, chunksize=1)


def _figures(outcomes: list[dict[str, Any]], seconds: float) -> dict[str, float]:
    finals = [1000 * one for outcome in outcomes for one in outcome["finals"]]
    journeys = [1000 * one for outcome in outcomes for one in outcome["journeys"]]
    faults = [one for outcome in outcomes for one in outcome["faults"]]
    if faults:
        print(f"  {len(faults)} faults, such as: {faults[0]}")
    return {
        # Users start and end a little apart, so each counts over its own time.
        "orders/s": sum(len(o["journeys"]) / sum(o["journeys"]) for o in outcomes if o["journeys"]),
        **{f"final p{n}": world.at(finals, n / 100) for n in (50, 95, 99)},
        **{f"journey p{n}": world.at(journeys, n / 100) for n in (50, 95, 99)},
        "faults": len(faults),
    }


def _sell_out(port: int) -> None:
    from orders.models import StockBalance

    world.set_available(STOCK_OUT)
    started = time.perf_counter()
    outcomes = _drive(16, port, bare=False, seconds=120, quantity=STOCK_OUT_EACH, until_empty=True)
    sold = STOCK_OUT_EACH * sum(len(outcome["finals"]) for outcome in outcomes)
    proof = StockBalance.objects.with_proof().get(pk=1)
    faults = sum(len(outcome["faults"]) for outcome in outcomes)
    even = (proof.ledger_on_hand, proof.ledger_reserved) == (
        proof.on_hand,
        proof.reserved,
    ) and proof.owed == proof.reserved
    print(
        f"\nstock-out, 16 users: {STOCK_OUT} badges there were, {sold} sold, {proof.available} left, {faults} faults,"
        f" in {time.perf_counter() - started:.1f} s; ledger, balance and orders {'agree' if even else 'DIFFER'}"
    )
    if sold != STOCK_OUT or proof.available or not even:
        raise SystemExit("Not exactly what there was was sold.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=60_000)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    main(listings=chosen.listings, seconds=chosen.seconds, rounds=chosen.rounds)
