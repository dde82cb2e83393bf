"""A mail that is over is not remembered for ever; one that still has to go is not forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from badgeportal.outbox import claims
from badgeportal.outbox.actions import queue_mail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sweeping import sweep_mails
from badgeportal.outbox.tasks import sweep_mails as task

pytestmark = pytest.mark.django_db


@pytest.mark.planted_fault("outbox.sweep_mails")
def test_old_mails_that_are_over_go_and_all_others_stay(settings: Any) -> None:
    settings.OUTBOX_DAYS = 365
    now = timezone.now()
    long_ago = now - timedelta(days=366)
    for written in (long_ago, now - timedelta(days=364)):
        with transaction.atomic():
            queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=[1, 2, 3], now=written)
    failed, sending = claims.claim_due(limit=2, now=long_ago)
    claims.record_failure(failed, kind="Refused", for_good=True, now=long_ago)
    assert sweep_mails(now=now) == 1
    assert not OutboxMessage.objects.filter(pk=failed.pk).exists()
    assert OutboxMessage.objects.filter(pk=sending.pk, state="sending").exists()
    assert OutboxMessage.objects.count() == 5
    assert task() == 0
