"""A kick says 'look what waits', so one that waits in the queue is enough, and none is held back that would say more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery import Celery, current_app
from django.conf import settings as configured
from django.db import transaction
from django.utils import timezone

from badgeportal import kick
from badgeportal.outbox.actions import queue_mail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.tasks import send_pending
from tests.keys import forget_own_queue
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty_queue() -> Iterator[None]:
    forget_own_queue()
    yield
    forget_own_queue()


def waiting_kicks() -> int:
    with current_app.connection_for_read() as connection:
        return int(connection.default_channel.client.llen(configured.MAIL_QUEUE))


def queue_a_mail(subject: int) -> None:
    with transaction.atomic():
        queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=[subject], now=timezone.now())


def test_while_a_kick_waits_in_the_queue_another_is_not_sent(empty_queue, test_mail) -> None:
    for number in (1, 2, 3):
        queue_a_mail(number)
    assert OutboxMessage.objects.count() == 3
    assert waiting_kicks() == 1


def test_what_is_queued_once_the_task_has_begun_kicks_again(empty_queue, test_mail, local_mail) -> None:
    """The run may have looked already: without another kick the mail would wait for the sweep."""
    queue_a_mail(1)
    send_pending.apply()
    queue_a_mail(2)
    assert waiting_kicks() == 2


def test_a_kick_that_did_not_leave_holds_no_other_back(empty_queue, test_mail, monkeypatch) -> None:
    nowhere = Celery("nowhere", set_as_current=False)
    nowhere.config_from_object("django.conf:settings", namespace="CELERY")
    nowhere.conf.broker_url = "redis://127.0.0.1:1/0"
    with monkeypatch.context() as broker_down:
        broker_down.setattr(kick, "current_app", nowhere)
        queue_a_mail(1)
    assert waiting_kicks() == 0

    queue_a_mail(2)
    assert waiting_kicks() == 1


def test_a_worker_sends_one_mail_after_the_other(real_worker, test_mail, local_mail) -> None:
    for number in (1, 2, 3):
        test_mail[number] = f"{number}@care.example"
        queue_a_mail(number)
        sent = OutboxMessage.objects.filter(state="sent", subject_id=number)
        until(sent.exists, seconds=20, otherwise=f"The worker did not send mail {number}.")
