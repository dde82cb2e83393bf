"""Two timetables by accident: every sweep is asked for twice, at once, and everything happens once."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.utils import timezone

from accounts.models import User
from badgeportal import kick
from badgeportal.embedded.folder import Folder
from badgeportal.outbox.models import OutboxMessage
from badgeportal.uploads.models import Upload
from badgeportal.watch.beat import BeatingScheduler
from badgeportal.watch.models import SweepRun
from badgeportal.watch.recording import sweeps
from fulfilment.models import TrackingImport
from orders.ledger import check_stock_ledger
from orders.lifecycle import State
from orders.models import Order, OrderDraft, OrderEvent
from tests.badgeportal.test_uploads import given
from tests.factories.user import UserFactory
from tests.failures.conftest import Valkey
from tests.failures.parts import on_the_tests_database, running, to_mail_server
from tests.journeys import finished_draft
from tests.verification.worlds import FOUND, officer, other_order, waiting_check
from tests.waiting import until
from verification.checking.asking import REMINDER, ask_provider
from verification.models import Assessment, ManualCheck

pytestmark = pytest.mark.django_db(transaction=True)

HEARTBEAT = "watch.heartbeat"


def timetable(app: Celery, file: Path) -> BeatingScheduler:
    """A timetable on which everything is due now."""
    scheduler = BeatingScheduler(app, schedule_filename=str(file))
    for entry in scheduler.schedule.values():
        entry.last_run_at -= timedelta(days=8)
    return scheduler


@pytest.fixture
def much_to_do() -> list[Order]:
    """Something for every sweep that changes anything."""
    long_ago = timezone.now() - timedelta(days=40)
    asked = waiting_check(now=timezone.now() - timedelta(days=4))
    ask_provider(
        check_id=asked.pk,
        officer=officer(),
        text="Which house?",
        evidence=FOUND,
        now=timezone.now() - timedelta(days=4),
    )
    finished_draft(now=long_ago)
    UserFactory(email="never@confirmed.example", confirmed_address=False, date_joined=long_ago)
    given()
    return [other_order(quantity=quantity, now=timezone.now()) for quantity in (5, 5, 5, 40)]


def test_everything_happens_once(
    much_to_do: list[Order], own_valkey: Valkey, folder: Folder, mail_server: Any, tmp_path: Path
) -> None:
    before = Assessment.objects.count()
    environment = on_the_tests_database(redis_url=own_valkey.url) | to_mail_server(mail_server.port)
    with running("worker", folder, environment):
        kick.kick(HEARTBEAT)
        until(SweepRun.objects.filter(task=HEARTBEAT).exists, otherwise="The worker did not start.")
        for name in ("one", "two"):
            with closing(timetable(kick.current_app, tmp_path / name)) as scheduler:
                while scheduler.tick() <= 0:
                    pass
        until(
            lambda: SweepRun.objects.filter(runs__gte=2).count() == len(sweeps()),
            otherwise="Not every sweep ran for both timetables.",
        )
        kick.kick("outbox.send_pending")
        until(
            lambda: not OutboxMessage.objects.filter(state__in=["queued", "sending"]).exists(), otherwise="Mail waits."
        )
    assert not SweepRun.objects.filter(failures__gt=0).exists()
    assert Assessment.objects.count() == before + len(much_to_do)
    moved = OrderEvent.objects.filter(order__in=much_to_do, kind__in=["verify", "send_to_check"])
    assert sorted(moved.values_list("order", flat=True)) == sorted(order.pk for order in much_to_do)
    checked = ManualCheck.objects.filter(order__in=much_to_do).values_list("order", flat=True)
    assert list(checked) == [order.pk for order in Order.objects.filter(state=State.CHECKING)]
    assert OutboxMessage.objects.filter(template=REMINDER).count() == 1
    assert [upload.state for upload in Upload.objects.all()] == ["done"]
    assert TrackingImport.objects.count() == 1
    assert not OrderDraft.objects.filter(order=None).exists()
    assert not User.objects.filter(email="never@confirmed.example").exists()
    assert check_stock_ledger(now=timezone.now()) == []
    references = [mail["Message-ID"] for mail in mail_server.taken]
    assert len(references) == len(set(references)) == OutboxMessage.objects.filter(state="sent").count()
