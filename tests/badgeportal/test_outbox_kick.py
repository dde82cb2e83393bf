"""A mail is on its way as soon as its transaction is committed."""

from __future__ import annotations

from django.conf import settings as configured
from django.db import transaction
from django.utils import timezone

from badgeportal.outbox.actions import SEND_PENDING, queue_mail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.tasks import send_pending
from tests.waiting import until


def test_the_sweep_is_scheduled() -> None:
    assert [
        entry["schedule"] for entry in configured.CELERY_BEAT_SCHEDULE.values() if entry["task"] == SEND_PENDING
    ] == [60.0]


def test_a_worker_sends_after_the_commit(real_worker, test_mail, local_mail) -> None:
    test_mail[1] = "one@care.example"
    with transaction.atomic():
        queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=[1], now=timezone.now())

    until(OutboxMessage.objects.filter(state="sent").exists, seconds=20, otherwise="The worker did not send the mail.")
    assert len(list(local_mail.glob("*.eml"))) == 1


def test_what_is_rolled_back_sends_nothing(transactional_db, test_mail, local_mail) -> None:
    test_mail[1] = "one@care.example"
    with transaction.atomic():
        queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=[1], now=timezone.now())
        transaction.set_rollback(True)

    assert send_pending() == {"requeued": 0, "expired": 0}
    assert not OutboxMessage.objects.exists()
