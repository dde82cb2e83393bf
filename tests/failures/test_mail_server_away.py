"""The mail server is away for two days: mails wait, are tried less and less often, and go out once when it is back."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import send_pending
from badgeportal.watch.health import state_of_everything
from tests.badgeportal.smtp_server import smtp_server
from tests.failures.parts import free_port
from tests.verification.worlds import NOW, other_order

pytestmark = pytest.mark.django_db

BACK = NOW + timedelta(days=2)
EVERY = timedelta(minutes=15)


def sweep_until(end: datetime, *, start: datetime) -> list[datetime]:
    """Let the timetable's sweep run from `start` to `end`; returns when it had a mail in its hands."""
    tried = []
    at = start
    while at <= end:
        counts = send_pending(now=at)
        if set(counts) & {"sent", "later", "failed"}:
            tried.append(at)
        at += EVERY
    return tried


def mail_is_well(now: datetime) -> bool:
    return next(part.well for part in state_of_everything(now) if part.name == "Mail")


def test_mails_wait_and_go_out_once(settings: Any) -> None:
    settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", "127.0.0.1", free_port()
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    orders = [other_order(quantity=5) for _ in range(3)]

    tried = sweep_until(BACK, start=NOW)
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert waits == sorted(waits)
    assert timedelta(hours=6) <= waits[-1] <= timedelta(hours=6) + EVERY
    assert set(OutboxMessage.objects.values_list("state", "last_error")) == {("queued", "ConnectionRefusedError")}
    assert not mail_is_well(BACK), "Nobody would notice."

    with smtp_server() as server:
        settings.EMAIL_PORT = server.port
        assert len(sweep_until(BACK + timedelta(hours=12), start=BACK + EVERY)) == 1
        assert sorted(mail["To"] for mail in server.taken) == sorted(order.account.email for order in orders)
    assert set(OutboxMessage.objects.values_list("state", "last_error")) == {("sent", "")}
    assert mail_is_well(BACK + timedelta(hours=12))
