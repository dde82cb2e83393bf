"""Two senders at once: each mail goes out once. The twin shows what happens without the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from badgeportal.outbox import claims
from badgeportal.outbox.actions import queue_mail
from badgeportal.outbox.claims import claim_due
from badgeportal.outbox.models import OutboxMessage

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def three_waiting(transactional_db) -> list[int]:
    with transaction.atomic():
        queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=[1, 2, 3], now=NOW)
    return list(OutboxMessage.objects.order_by("pk").values_list("pk", flat=True))


def in_a_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Start `work` on a database connection of its own; its result arrives in the list."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        finally:
            connections["default"].close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def wait_until_blocked(thread: threading.Thread) -> None:
    """Return once another connection waits for a lock, or the thread is done."""
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        thread.join(0.01)


def claim_while_another_sender_claims() -> tuple[list[int], list[int]]:
    """What two senders get, the second beginning while the first has not committed yet."""
    parameters = connection.get_connection_params()
    parameters = {
        name: parameters[name] for name in ("host", "port", "dbname", "user", "password") if parameters.get(name)
    }
    with psycopg.connect(**parameters) as first:
        sql = claims._CLAIM.format(lock=claims._LOCK)
        mine = [row[0] for row in first.execute(sql, {"now": NOW, "limit": 25}).fetchall()]
        thread, results = in_a_thread(lambda: [message.pk for message in claim_due(limit=25, now=NOW)])
        wait_until_blocked(thread)
        first.commit()
        thread.join()
    return mine, results[0]


def test_two_senders_take_different_mails(three_waiting) -> None:
    mine, theirs = claim_while_another_sender_claims()

    assert sorted(mine) == three_waiting
    assert theirs == []


def test_without_the_lock_both_take_the_same_mails(three_waiting, monkeypatch) -> None:
    monkeypatch.setattr(claims, "_LOCK", "")

    mine, theirs = claim_while_another_sender_claims()

    assert sorted(mine) == three_waiting
    assert sorted(theirs) == three_waiting


def test_many_senders_send_each_mail_once(transactional_db, test_mail, mail_server) -> None:
    from badgeportal.outbox.sending import send_pending

    test_mail.update({n: f"{n}@care.example" for n in range(60)})
    with transaction.atomic():
        queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=range(60), now=NOW)
    start = threading.Barrier(4)

    def send() -> int:
        start.wait()
        return send_pending(now=NOW).get("sent", 0)

    senders = [in_a_thread(send) for _ in range(4)]
    for thread, _ in senders:
        thread.join()

    assert sum(results[0] for _, results in senders) == 60
    assert sorted(mail["To"] for mail in mail_server.taken) == sorted(test_mail.values())
