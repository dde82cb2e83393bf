"""The mail server takes the connection and never says a word: orders move on meanwhile, and the mail waits for its turn."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import send_pending
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
        first = other_order(quantity=5)

        sender, counts = in_a_thread(lambda: send_pending(now=NOW))
        connection, _ = silent.accept()
        with connection:
            moved = [assessed(order) for order in (first, other_order(quantity=5))]
            assert sender.is_alive(), "The sender was to be held up all the time."
            # Each of the four mails waits out the limit.
            sender.join(timeout=9)

    assert not sender.is_alive(), "The sender waits for ever."
    assert {order.state for order in moved} == {"verified"}
    assert "sent" not in counts[0]
    about_first = OutboxMessage.objects.get(template="order_placed", subject_id=first.pk)
    assert (about_first.state, about_first.attempts) == ("queued", 1)
    assert about_first.last_error
