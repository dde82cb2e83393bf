"""What is typed into the pages about accounts does not reach the log, whatever goes wrong."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from badgeportal.outbox.sending import send_pending
from tests.badgeportal.smtp_server import smtp_server
from tests.factories.user import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PLANTED = "planted.person@marked-home.example"
MARKS = ("planted.person", "marked-home", "odd words", "Marked Name")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own handler writes, with its own rules for what may be written."""
    [handler] = [one for one in logging.getLogger().handlers if one.get_name() == "events"]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def assert_nobody_named(log: io.StringIO) -> str:
    """The log, once nothing of what was planted is in it."""
    for mark in MARKS:
        assert mark not in log.getvalue()
    return log.getvalue()


def test_pages_about_accounts(log, client, forget_limits) -> None:
    for _ in range(2):
        Client().post(reverse("account_signup"), {"email": PLANTED, "password1": PASSWORD})
        forget_limits()
        client.post(reverse("account_login"), {"login": PLANTED, "password": "wrong odd words"})
        client.post(reverse("account_reset_password"), {"email": PLANTED})
    client.force_login(UserFactory())
    client.post(reverse("your_details"), {"name": "Marked Name"})
    client.get(reverse("account_signup"), {"email": PLANTED})
    client.get("/admin/accounts/user/", {"q": PLANTED})
    client.get(f"/there-is-no-such-page/{PLANTED}/")

    assert '"event": "request_finished"' in assert_nobody_named(log)


def test_a_mail_server_that_repeats_the_address(log, settings) -> None:
    with smtp_server() as server:
        settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = False
        server.refusal = f"451 later, {PLANTED}"
        Client().post(reverse("account_reset_password"), {"email": PLANTED})

        assert send_pending(now=timezone.now())["later"] == 1

    assert "mail_not_sent" in assert_nobody_named(log)


def test_a_row_that_the_database_refuses(log) -> None:
    UserFactory(email=PLANTED)
    try:
        with transaction.atomic():
            User.objects.create(email=PLANTED, name="Marked Name")
    except IntegrityError:
        logging.getLogger("accounts").exception("refused")

    assert "accounts_user_email" in assert_nobody_named(log)
