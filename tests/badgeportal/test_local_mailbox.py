"""The local mailbox is there where mail stays on the machine, and nowhere else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from badgeportal.outbox import transport
from badgeportal.outbox.rendering import Mail

pytestmark = pytest.mark.django_db


def put(reference: str, subject: str) -> None:
    transport.send(
        Mail(
            to="ann@home.example",
            subject=subject,
            body="Hello & goodbye\n\nhttp://localhost:8000/x/\n",
            reference=reference,
        )
    )


def test_mails_are_listed_newest_first_and_can_be_read(client, local_mail) -> None:
    put("mail-1", "The first")
    put("mail-2", "The <second>")

    page = client.get(reverse("local_mail")).content.decode()
    assert page.index("The &lt;second&gt;") < page.index("The first")

    page = client.get(reverse("local_mail_one", args=["mail-1"])).content.decode()
    assert "Hello &amp; goodbye" in page
    assert '<a href="http://localhost:8000/x/"' in page
    assert client.get(reverse("local_mail_one", args=["mail-9"])).status_code == 404


def test_an_empty_mailbox_says_so(client, local_mail) -> None:
    assert "No email has been sent yet" in client.get(reverse("local_mail")).content.decode()


@pytest.mark.parametrize("transport_name", ["smtp", "notify"])
def test_there_is_no_mailbox_where_mail_is_real(client, local_mail, settings, transport_name) -> None:
    put("mail-1", "The first")
    settings.MAIL_TRANSPORT = transport_name

    assert client.get(reverse("local_mail")).status_code == 404
    assert client.get(reverse("local_mail_one", args=["mail-1"])).status_code == 404
