"""The mail server takes the connection and never says a word: orders move on meanwhile, and the mail waits for its turn."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import PAUSE, send_pending
from tests.badgeportal.test_outbox_race import in_a_thread
from tests.verification.worlds import NOW, assessed, other_order


@pytest.mark.django_db(transaction=True)
def test_orders_move_while_a_mail_server_says_nothing(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(5)
        settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", *silent.getsockname()
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.MAIL_TIMEOUT_SECONDS = 1
        first, second = other_order(quantity=5), other_order(quantity=5)

        sender, counts = in_a_thread(lambda: send_pending(now=NOW))
        connection, _ = silent.accept()
        with connection:
            moved = [assessed(order) for order in (first, second)]
            assert sender.is_alive(), "The sender was to be held up all the time."
            # One mail waits out the limit, and none after it.
            sender.join(timeout=9)

    assert not sender.is_alive(), "The sender waits for ever."
    assert {order.state for order in moved} == {"verified"}
    assert {name: counts[0].get(name, 0) for name in ("sent", "silent", "put_back")} == {
        "sent": 0,
        "silent": 1,
        "put_back": 1,
    }
    about_first = OutboxMessage.objects.get(template="order_placed", subject_id=first.pk)
    assert (about_first.state, about_first.attempts, about_first.last_error) == ("queued", 1, "ServerSilent")
    about_second = OutboxMessage.objects.get(template="order_placed", subject_id=second.pk)
    assert (about_second.state, about_second.attempts, about_second.last_error) == ("queued", 0, "")
    assert about_second.next_attempt_at >= NOW + PAUSE
