"""What the database itself will not take, and what it never holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from badgeportal.outbox.actions import queue_sealed_mail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sealing import unseal

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def row(**changes: Any) -> OutboxMessage:
    fields = {"template": "t", "subject_type": "a.b", "subject_id": 1, "next_attempt_at": NOW, "created_at": NOW}
    return OutboxMessage(**(fields | changes))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("outbox_is_about_a_record_or_sealed", {"subject_id": None}),
        ("outbox_is_about_a_record_or_sealed", {"subject_type": ""}),
        ("outbox_is_about_a_record_or_sealed", {"subject_id": None, "subject_type": "", "sealed_payload": b"x"}),
        ("outbox_finished_holds_no_payload", {"state": "failed", "sealed_payload": b"x"}),
        ("outbox_finished_holds_no_payload", {"state": "cancelled", "sealed_payload": b"x"}),
        ("outbox_finished_holds_no_payload", {"state": "sent", "sent_at": NOW, "sealed_payload": b"x"}),
        ("outbox_sent_has_its_time", {"state": "sent"}),
        ("outbox_sent_has_its_time", {"sent_at": NOW}),
    ],
)
def test_the_database_refuses(constraint: str, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row(**changes).save()


def test_a_row_as_it_should_be_is_taken() -> None:
    row().save()

    assert OutboxMessage.objects.count() == 1


def test_neither_address_nor_code_is_in_the_table() -> None:
    with transaction.atomic():
        message = queue_sealed_mail(
            template="account_confirm_sign_up",
            to="planted.person@care.example",
            context={"code": "KXW-4TP"},
            expires_at=NOW + timedelta(minutes=15),
            now=NOW,
        )

    with connection.cursor() as cursor:
        cursor.execute("SELECT message::text, sealed_payload FROM outbox_outboxmessage message")
        text, payload = cursor.fetchone()
    everything = text.encode() + bytes(payload) + bytes.fromhex(text.split("\\x")[1].split(",")[0].strip('"\\'))
    for planted in (b"planted.person", b"care.example", b"KXW-4TP", b"KXW"):
        assert planted not in everything
    assert unseal(message.sealed_payload) == {"to": "planted.person@care.example", "context": {"code": "KXW-4TP"}}
