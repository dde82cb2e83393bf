"""How many orders a second are assessed: `.venv/bin/python bench/assess_orders.py [orders]`.

Runs on servers of its own under `.data/bench`, with fsync on. The rows of the world are written directly, because what is
measured is the assessment: half of the orders are of CQC providers, of which nine in ten match.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(PORTAL_ENV="local", DATA_DIR=str(ROOT / ".data" / "bench"), LOG_LEVEL="ERROR")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")

import django  # noqa: E402

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from badgeportal.embedded.services import services  # noqa: E402
from orders.models import Order  # noqa: E402
from orders.normalise import address_key, organisation_key  # noqa: E402
from orders.reference import ALPHABET, check_character  # noqa: E402
from verification.assessing import CHUNK, assess_orders  # noqa: E402
from verification.models import ListedEmail, Listing, RegisterImport  # noqa: E402

REGISTER = 30_000


def main(orders: int) -> None:
    """Build the world, assess it, print the rate."""
    with services(settings.EMBEDDED_FOLDER, keep=True, say=print):
        call_command("migrate", verbosity=0)
        _empty()
        _build(orders)
        started = time.perf_counter()
        counts = assess_orders(now=timezone.now())
        seconds = time.perf_counter() - started
        print(f"{counts} in {seconds:.2f} s: {orders / seconds:,.0f} orders/s")
        bare = _write_again(orders)
        print(f"the same rows written again and nothing else in {bare:.2f} s: {orders / bare:,.0f} orders/s")
        print(f"assessment / its bare writes {seconds / bare:.2f}")
        connection.close()


def _write_again(orders: int) -> float:
    """How long PostgreSQL takes for the rows of the assessment alone, as many to a transaction: no reading and no rules.

    The rows are those that it wrote, put aside and inserted once more from another table.
    """
    written = ("verification_assessment", "verification_manualcheck", "orders_orderevent", "outbox_outboxmessage")
    with connection.cursor() as cursor:
        for table in written:
            cursor.execute(f"CREATE TEMP TABLE again_{table} AS SELECT * FROM {table}")
        cursor.execute("CREATE TEMP TABLE again AS SELECT id, state, state_changed_at FROM orders_order ORDER BY id")
        cursor.execute(f"TRUNCATE {', '.join(written)} CASCADE")
        cursor.execute("UPDATE orders_order SET state = 'placed'")
        cursor.execute("VACUUM ANALYZE orders_order")
        cursor.execute("SELECT min(id) FROM again")
        first = cursor.fetchone()[0]
        started = time.perf_counter()
        for start in range(first, first + orders, CHUNK):
            with transaction.atomic():
                for table, column in zip(written, ("order_id", "order_id", "order_id", "subject_id"), strict=True):
                    cursor.execute(
                        f"INSERT INTO {table} SELECT * FROM again_{table} WHERE {column} >= %s AND {column} < %s",
                        [start, start + CHUNK],
                    )
                cursor.execute(
                    "UPDATE orders_order AS o SET state = a.state, state_changed_at = a.state_changed_at FROM again AS a"
                    " WHERE a.id = o.id AND a.id >= %s AND a.id < %s",
                    [start, start + CHUNK],
                )
        return time.perf_counter() - started


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE accounts_user, orders_order, verification_listing, verification_listedemail,"
            " verification_registerimport, outbox_outboxmessage CASCADE"
        )


def _build(count: int) -> None:
    now = timezone.now()
    users = User.objects.bulk_create(User(email=f"person{n}@bench.example", password="!") for n in range(count))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    source = RegisterImport.objects.create(
        kind="hsca", state="done", file_name="bench", actor="system:bench", started_at=now, finished_at=now
    )
    Listing.objects.bulk_create(
        Listing(
            location_id=f"1-{n}", provider_id=f"1-9{n // 3}", name=f"House {n}", site_ods_code=f"V{n:05}", source=source,
            changed_at=now,
        )
        for n in range(REGISTER)
    )  # fmt: skip
    ListedEmail.objects.bulk_create(
        ListedEmail(email=f"person{n}@bench.example", location_id=f"1-{n % REGISTER}", source=source)
        for n in range(count)
        if n % 20 not in (0, 2)
    )
    Order.objects.bulk_create(_order(n, user, now) for n, user in enumerate(users))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _order(n: int, user: User, now: object) -> Order:
    body, rest = "", n
    for _ in range(7):
        body, rest = ALPHABET[rest % len(ALPHABET)] + body, rest // len(ALPHABET)
    plain = body + check_character(body)
    cqc = n % 2 == 0
    name = f"Organisation {n}"
    return Order(
        reference=f"CARE-{plain[:4]}-{plain[4:]}", account=user, quantity=1 + n % 30, cqc_registered=cqc,
        ods_code=f"V{n % REGISTER:05}" if cqc else "", location_id=f"1-{n % REGISTER}" if cqc else "",
        organisation_name=name, organisation_key=organisation_key(name), state_changed_at=now, placed_at=now,
        recipient_name="A Person", address_line_1=f"{n} High Street", town="Leeds", postcode="LS1 1AA",
        address_key=address_key(f"{n} High Street", "LS1 1AA"),
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
