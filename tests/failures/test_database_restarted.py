"""PostgreSQL is stopped and started again while people order: a clear page meanwhile, and then it goes on by itself."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from badgeportal import kick
from badgeportal.embedded import postgres
from badgeportal.embedded.folder import Folder
from badgeportal.outbox.models import OutboxMessage
from orders.ledger import check_stock_ledger
from orders.lifecycle import State
from orders.models import Order, OrderEvent
from tests.factories.user import UserFactory
from tests.failures.conftest import Valkey
from tests.failures.parts import on_the_tests_database, running, to_mail_server
from tests.failures.visitors import Visitor
from tests.journeys import stocked
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def on_the_database_of(folder: Folder) -> Iterator[None]:
    """Django's connection leads to the PostgreSQL of `folder` within the block."""
    before = connection.settings_dict
    connection.close()
    connection.settings_dict = before | folder.database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before


@pytest.fixture
def own_postgres(folder: Folder) -> Iterator[Folder]:
    """A PostgreSQL of the test's own with the tables and first rows of the tests' database; Django's connection leads there."""
    postgres.start(folder, keep=True, say=print)
    given = connection.settings_dict
    dump = [str(postgres.programs() / "pg_dump"), "--format=custom", "--no-owner"]
    dump += [f"--host={given['HOST']}", f"--username={given['USER']}", given["NAME"]]
    target = folder.database
    restore = [str(postgres.programs() / "pg_restore"), "--no-owner", "--exit-on-error"]
    restore += [f"--host={target['HOST']}", f"--username={target['USER']}", f"--dbname={target['NAME']}"]
    dumped = subprocess.run(dump, capture_output=True, check=True)
    subprocess.run(restore, input=dumped.stdout, capture_output=True, check=True)
    with on_the_database_of(folder):
        yield folder


def ordering(visitors: list[Visitor], enough: threading.Event) -> list[threading.Thread]:
    """Each visitor orders, again and again, until `enough` is set; what goes wrong in a thread is raised by pytest."""

    def order_on(visitor: Visitor) -> None:
        while not enough.is_set():
            visitor.order()

    threads = [threading.Thread(target=order_on, args=[visitor], daemon=True) for visitor in visitors]
    for thread in threads:
        thread.start()
    return threads


def test_people_wait_and_go_on(own_postgres: Folder, own_valkey: Valkey, mail_server: Any) -> None:
    stocked(100_000)
    environment = on_the_tests_database(redis_url=own_valkey.url) | to_mail_server(mail_server.port)
    accounts = [UserFactory() for _ in range(3)]
    enough = threading.Event()
    with running("web", own_postgres, environment) as web, running("worker", own_postgres, environment) as worker:
        visitors = [Visitor(account, web.port) for account in accounts]
        until(web.answers, otherwise="The web server did not start.")
        threads = ordering(visitors, enough)
        try:
            until(lambda: all(visitor.placed for visitor in visitors), otherwise="Nobody could order.")
            until(Order.objects.filter(state=State.VERIFIED).exists, otherwise="No worker assessed.")
            connection.close()
            postgres.stop(own_postgres)
            until(lambda: all(503 in visitor.statuses for visitor in visitors), otherwise="Nobody saw the page.")
            postgres.start(own_postgres, keep=True, say=print)
            before = [len(visitor.placed) for visitor in visitors]
            until(
                lambda: all(len(visitor.placed) > 1 + was for visitor, was in zip(visitors, before, strict=True)),
                otherwise="After PostgreSQL was back nobody could order.",
            )
        finally:
            enough.set()
            for thread in threads:
                thread.join(120)
        assert web.runs
        assert worker.runs
        kick.kick("verification.assess_orders")
        until(
            lambda: not Order.objects.exclude(state=State.VERIFIED).exists(),
            otherwise="The worker did not go on once PostgreSQL was back.",
        )
    everything_is_whole(visitors)


def everything_is_whole(visitors: list[Visitor]) -> None:
    """Every order that was confirmed is there once, with what belongs to it, and there is no other."""
    confirmed = [reference for visitor in visitors for reference in visitor.placed]
    assert len(confirmed) == len(set(confirmed))
    assert set(Order.objects.values_list("reference", flat=True)) == set(confirmed)
    assert OrderEvent.objects.filter(kind="place").count() == len(confirmed)
    assert OrderEvent.objects.filter(kind="verify").count() == len(confirmed)
    assert OutboxMessage.objects.filter(template="order_placed").count() == len(confirmed)
    assert check_stock_ledger(now=timezone.now()) == []
