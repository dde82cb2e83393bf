"""A process that is killed with SIGKILL in the middle of its work: nothing is lost and nothing is done twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from badgeportal import kick
from badgeportal.embedded.folder import Folder
from badgeportal.outbox.claims import STUCK_AFTER
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import send_pending
from badgeportal.watch.models import SweepRun
from fulfilment.models import Batch, Consignment
from orders.lifecycle import State
from orders.models import Order, OrderEvent
from tests.failures.conftest import Valkey
from tests.failures.parts import (
    beside,
    on_the_tests_database,
    others_connected,
    running,
    to_mail_server,
    waits_for_a_lock,
)
from tests.fulfilment.steps import verified_orders
from tests.fulfilment.test_crashes import the_world_is_whole as parcels_are_whole
from tests.plugin import ROOT
from tests.verification.test_crashes import the_world_is_whole
from tests.verification.worlds import cqc_order, other_order
from tests.waiting import until
from verification.assessing import assess_orders
from verification.models import Assessment

pytestmark = pytest.mark.django_db(transaction=True)
ASSESS = "verification.assess_orders"


def asked_for(task: str) -> None:
    """What the timetable does when the time of `task` has come."""
    kick.current_app.send_task(task, ignore_result=True)


def nobody_is_left() -> bool:
    return others_connected() == 0


def waiting() -> bool:
    return Order.objects.filter(state=State.PLACED).exists()


def test_a_worker_killed_while_it_assesses(own_valkey: Valkey, folder: Folder, mail_server: Any) -> None:
    now = timezone.now()
    orders = [cqc_order(now=now), *(other_order(quantity=quantity, now=now) for quantity in (40, 5, 5, 5))]
    environment = on_the_tests_database(redis_url=own_valkey.url) | to_mail_server(mail_server.port)

    with running("worker", folder, environment) as worker:
        with beside() as other:
            # It has written its assessments by now and moved the orders, and stands before their events.
            other.execute("LOCK TABLE orders_orderevent IN SHARE ROW EXCLUSIVE MODE")
            asked_for(ASSESS)
            until(lambda: waits_for_a_lock("orders_orderevent"), otherwise="The worker took nothing up.")
            worker.kill()
        until(nobody_is_left, otherwise="What the killed worker had begun was not undone.")
        assert not Assessment.objects.exists()
        assert Order.objects.filter(state=State.PLACED).count() == len(orders)
        the_world_is_whole()

    with running("worker", folder, environment):
        # The timetable asks every minute; a second time changes nothing.
        asked_for(ASSESS)
        asked_for(ASSESS)
        until(lambda: not waiting(), otherwise="The orders were not assessed.")
        until(SweepRun.objects.filter(task=ASSESS, runs__gte=2).exists, otherwise="It did not run a second time.")
    the_world_is_whole()
    assert Counter(Order.objects.values_list("state", flat=True)) == {State.VERIFIED: 3, State.CHECKING: 2}
    assert Assessment.objects.count() == len(orders)
    assert OrderEvent.objects.filter(kind__in=["verify", "send_to_check"]).count() == len(orders)


def test_a_worker_killed_while_it_sends_mail(own_valkey: Valkey, folder: Folder, mail_server: Any) -> None:
    orders = [other_order(quantity=5, now=timezone.now()) for _ in range(3)]
    assess_orders(now=timezone.now())
    mails = OutboxMessage.objects.filter(state="queued")
    assert mails.count() == 6
    ids = [f"<mail-{pk}@localhost>" for pk in mails.values_list("pk", flat=True)]
    mail_server.falls_silent_at = orders[1].account.email.upper()
    environment = on_the_tests_database(redis_url=own_valkey.url) | to_mail_server(mail_server.port)

    with running("worker", folder, environment) as worker:
        asked_for("outbox.send_pending")
        until(mail_server.is_silent.is_set, otherwise="The worker did not begin with the mails.")
        worker.kill()
    until(nobody_is_left, otherwise="The killed worker's sessions live on.")
    assert Counter(OutboxMessage.objects.values_list("state", flat=True)) == {"sent": 1, "sending": 5}

    mail_server.falls_silent_at = ""
    assert "sent" not in send_pending(now=timezone.now()), "Another sender may still be at work."
    counts = send_pending(now=timezone.now() + STUCK_AFTER + timedelta(minutes=1))
    assert (counts["requeued"], counts["sent"]) == (5, 5)
    assert sorted(mail["Message-ID"] for mail in mail_server.taken) == sorted(ids)


def test_a_batch_run_killed_while_it_takes_orders(folder: Folder) -> None:
    orders = verified_orders(3)
    environment = os.environ | on_the_tests_database(redis_url=settings.CACHE_URL)
    command = [sys.executable, "manage.py", "create_batch", "--close"]
    with beside() as other:
        # The batch and its parcels are written by now; the events of the orders are next.
        other.execute("LOCK TABLE orders_orderevent IN SHARE ROW EXCLUSIVE MODE")
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            until(lambda: waits_for_a_lock("orders_orderevent"), otherwise="The run took nothing up.")
        finally:
            run.kill()
            run.communicate()
    until(nobody_is_left, otherwise="What the killed run had begun was not undone.")
    assert not Batch.objects.exists()
    assert not Consignment.objects.exists()
    parcels_are_whole()

    assert subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout
    assert Consignment.objects.live().count() == len(orders)
    parcels_are_whole()
