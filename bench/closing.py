"""Closing the portal beside bare UPDATEs of the same columns: `.venv/bin/python -m bench.closing [--accounts 1000000]`.

Each account has an address, an order and its children. First the bare statements run in one transaction that is undone, then the
portal's own closing, with a page asked for every 100 ms meanwhile. No constraint and no trigger is taken away, in neither.
"""

from __future__ import annotations

import argparse
import resource
import threading
import time
import urllib.request
from datetime import timedelta
from typing import Any

from bench import world

_EMPTIED = (
    "accounts_user, orders_order, orders_stockmovement, verification_manualcheck, audit_auditevent, outbox_outboxmessage,"
    " accounts_closingplan"
)
_REFERENCE = "translate(lpad(to_hex(n), 8, '0'), '0123456789abcdef', '23456789ABCDEFGH')"
_WORLD = (
    ("INSERT INTO accounts_user (id, password, is_superuser, email, name, organisation, phone, is_staff, is_active, date_joined)"
    " SELECT n, 'argon2$' || repeat('x', 90), false, 'person' || n || '@bench.example', 'Person ' || n, 'House ' || n,"
    " '+44161496' || lpad((n %% 10000)::text, 4, '0'), false, true, now() FROM generate_series(1000, 999 + %(count)s) n"),
    ("INSERT INTO account_emailaddress (user_id, email, verified, \"primary\")"
    " SELECT n, 'person' || n || '@bench.example', true, true FROM generate_series(1000, 999 + %(count)s) n"),
    "INSERT INTO orders_order (id, ods_code, location_id, provider_id, listing_denied, changed_cqc_answer, organisation_name,"
    " organisation_type, phone, recipient_name, address_line_1, address_line_2, town, county, postcode, reference, account_id,"
    " cqc_registered, quantity, state, state_changed_at, placed_at, hold, refusal_reason, address_key, phone_key,"
    " organisation_key) SELECT n, '', '', '', false, false, 'House ' || n, 'day_service', '', 'Robin ' || n,"
    " n || ' Mill Lane', '', 'Leeds', '', 'LS1 4AP', 'CARE-' || left(" + _REFERENCE + ", 4) || '-' ||"
        " right(" + _REFERENCE + ", 4),"
    " n, false, 10, 'delivered', now(), now(), '', '', 'LS1 4AP ' || n, '', 'house ' || n"
    " FROM generate_series(1000, 999 + %(count)s) n",
    ("INSERT INTO orders_orderevent (order_id, kind, from_state, to_state, reason, actor, at)"
    " SELECT n, 'place', '', 'placed', '', 'system:bench', now() FROM generate_series(1000, 999 + %(count)s) n"),
    ("INSERT INTO orders_stockmovement (kind, on_hand_change, reserved_change, order_id, reason, actor, at)"
    " SELECT 'reserved', 0, 10, n, '', 'system:bench', now() FROM generate_series(1000, 999 + %(count)s) n"),
    ("INSERT INTO verification_manualcheck (order_id, reasons, opened_at, address_evidence, phone_evidence, sources, decision,"
    " refusal_reason, note, closed_at, closed_without_decision) SELECT n, '{large_order}', now(), 'Rang ' || n, '', 'a map',"
    " '', '', 'Sounded right', now(), 'cancelled' FROM generate_series(1000, 999 + %(count)s) n"),
)  # fmt: skip
_BARE = (
    "UPDATE verification_manualcheck SET address_evidence = '', phone_evidence = '', sources = '', note = ''",
    (
        "UPDATE orders_order SET ods_code = '', location_id = '', provider_id = '', organisation_name = '', phone = '',"
        " recipient_name = '', address_line_1 = '', address_line_2 = '', town = '', county = '', postcode = '', address_key = '',"
        " phone_key = '', organisation_key = '', anonymised_at = now()"
    ),
    "DELETE FROM account_emailaddress",
    (
        "UPDATE accounts_user SET email = NULL, name = '', organisation = '', phone = '', password = '!', last_login = NULL,"
        " anonymised_at = now(), disabled_at = now(), is_active = false, is_staff = false, is_superuser = false"
    ),
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--accounts", type=int, default=1_000_000)
    count = asked.parse_args().accounts
    world.prepare("bench-closing", RATE_LIMIT_FACTOR="100000")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from badgeportal.embedded.services import services

    with services(settings.EMBEDDED_FOLDER, keep=True, say=print):
        call_command("migrate", verbosity=0)
        _build(count)
        print(f"{count:,} accounts. {world.load()}")
        bare = _bare()
        print(f"bare statements: {bare:.1f} s")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with world.running("web") as (port, _):
            tables, heap, waits = _closed(port)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        print(
            f"closing: tables {tables:.1f} s, {tables / bare:.2f} times the bare ones; writing them afresh {heap:.1f} s"
        )
        print(f"memory of the worker grew by {grown:.0f} MB")
        print(f"a page every 100 ms meanwhile: median {world.at(waits, 0.5):.0f} ms, p99 {world.at(waits, 0.99):.0f} ms,"
              f" slowest {max(waits):.0f} ms of {len(waits)}")  # fmt: skip


def _build(count: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_EMPTIED} CASCADE")
        for statement in _WORLD:
            cursor.execute(statement, {"count": count})
        cursor.execute("VACUUM ANALYZE")


def _bare() -> float:
    """Seconds of the bare statements, in one transaction that is undone."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        started = time.perf_counter()
        for statement in _BARE:
            cursor.execute(statement)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        # The closing starts from tables as they were.
        cursor.execute("VACUUM FULL ANALYZE")
        cursor.execute("CHECKPOINT")
    return seconds


def _closed(port: int) -> tuple[float, float, list[float]]:
    """Seconds for the tables, seconds for writing them afresh, and the milliseconds that each page took."""
    from django.utils import timezone

    from accounts.closing.destroying import close_portal
    from accounts.models import ClosingPlan

    plan, waits, over = _ready(), [], threading.Event()
    prober = threading.Thread(target=_probe, args=(port, waits, over))
    prober.start()
    started = time.perf_counter()
    while ClosingPlan.objects.get(pk=plan.pk).state != "destroyed":
        close_portal(now=timezone.now())
    ended = time.perf_counter()
    over.set()
    prober.join()
    began = ClosingPlan.objects.get(pk=plan.pk)
    tables = plan.steps.filter(kind="table").latest("finished_at").finished_at
    seconds = (tables - began.started_at).total_seconds()
    return seconds, ended - started - seconds, waits


def _probe(port: int, waits: list[float], over: threading.Event) -> None:
    while not over.wait(0.1):
        started = time.perf_counter()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/closing/", timeout=60) as answer:
            answer.read()
        waits.append(1000 * (time.perf_counter() - started))


def _ready() -> Any:
    """A plan that two managers made in time, and whose day has come."""
    from django.utils import timezone

    from accounts.closing import planning
    from accounts.models import User
    from badgeportal.actor import Actor

    now = timezone.now()
    managers = [Actor.user(User.objects.create_user(f"manager{n}@bench.example", is_staff=True)) for n in (1, 2)]
    days = [now - timedelta(days=ago) for ago in (20, 10, 0)]
    dates = dict(zip(("ordering_stops_at", "sign_in_stops_at", "destroyed_from"), days, strict=True))
    long_ago = now - timedelta(days=60)
    plan = planning.schedule_closing(**dates, staff_kept_until=None, actor=managers[0], now=long_ago)
    planning.confirm_closing(plan_id=plan.pk, actor=managers[1], now=long_ago)
    planning.note_backup_key_destroyed(plan_id=plan.pk, actor=managers[0], now=now)
    return plan


if __name__ == "__main__":
    main()
