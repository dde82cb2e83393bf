"""The three ways out."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from notifications_python_client.errors import HTTPError

from badgeportal.outbox import transport
from badgeportal.outbox.mailbox import newest, one
from badgeportal.outbox.rendering import Mail

MAIL = Mail(to="ann@care.example", subject="Your order – placed", body="Hello Ann\n", reference="mail-7")


class _Notify(BaseHTTPRequestHandler):
    """Answers like GOV.UK Notify's interface: 201 with an id, or the error it was told to give."""

    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Authorization"], json.loads(body)))
        status = self.server.status
        answer = {"id": "1"} if status == 201 else {"status_code": status, "errors": [{"error": "E", "message": "no"}]}
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def notify(settings: Any) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Notify)
    server.asked, server.status = [], 201
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.MAIL_TRANSPORT = "notify"
    settings.NOTIFY_BASE_URL = f"http://127.0.0.1:{server.server_address[1]}"
    service, secret = "6ce466d0-fd6a-11e5-82f5-e0accb9d11a6", "1d2b1c0f-6f1e-4f6f-8b32-1f1b9b7f0a11"
    settings.NOTIFY_API_KEY = f"test-{service}-{secret}"
    settings.NOTIFY_TEMPLATE_ID = "our-template"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_notify_gets_subject_body_and_reference(notify) -> None:
    transport.send(MAIL)

    [(path, authorization, asked)] = notify.asked
    assert path == "/v2/notifications/email"
    assert authorization.startswith("Bearer ")
    assert asked == {
        "email_address": "ann@care.example",
        "template_id": "our-template",
        "personalisation": {"subject": "Your order – placed", "body": "Hello Ann\n"},
        "reference": "mail-7",
    }


def test_what_notify_finds_wrong_with_a_mail_is_for_good(notify) -> None:
    notify.status = 400

    with pytest.raises(transport.Undeliverable, match="NotifyBadRequest"):
        transport.send(MAIL)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_what_is_wrong_with_notify_passes(notify, status: int) -> None:
    notify.status = status

    with pytest.raises(HTTPError):
        transport.send(MAIL)


def test_notify_that_says_nothing_is_silent(settings: Any, notify) -> None:
    settings.MAIL_TIMEOUT_SECONDS = 0.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.NOTIFY_BASE_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(transport.ServerSilent):
            transport.send(MAIL)


def test_local_mail_can_be_read_again(local_mail) -> None:
    transport.send(MAIL)
    transport.send(MAIL)

    [mail] = newest(10)
    assert (mail.to, mail.subject, mail.body) == (MAIL.to, MAIL.subject, MAIL.body)
    assert one("mail-7") == mail
    assert one("mail-8") is None
    assert one("../mail-7") is None


def test_the_error_of_a_refusal_names_nobody() -> None:
    assert str(transport.Undeliverable("SMTPRecipientsRefused")) == "SMTPRecipientsRefused"
