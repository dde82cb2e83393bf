"""Mail goes out once all is well, is tried again when not, and is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox import transport
from badgeportal.outbox.actions import queue_mail, queue_sealed_mail
from badgeportal.outbox.claims import RETRY_MINUTES, retry_mail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.rendering import Mail
from badgeportal.outbox.sending import PAUSE, send_pending
from tests.factories.user import UserFactory

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
State = OutboxMessage.State

pytestmark = pytest.mark.django_db


def queued(*ids: int, now: datetime = NOW) -> list[OutboxMessage]:
    with transaction.atomic():
        queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=ids, now=now)
    return list(OutboxMessage.objects.order_by("pk"))


def sealed(to: str = "new@care.example", *, expires_in: timedelta = timedelta(minutes=15)) -> OutboxMessage:
    with transaction.atomic():
        return queue_sealed_mail(
            template="account_confirm_sign_up", to=to, context={"code": "KXW-4TP"}, expires_at=NOW + expires_in, now=NOW
        )


def test_a_mail_needs_an_open_transaction(transactional_db) -> None:
    with pytest.raises(RuntimeError, match="belongs to the transaction"):
        queue_mail(template="test_mail", subject_type="tests.thing", subject_ids=[1], now=NOW)

    assert not OutboxMessage.objects.exists()


def test_waiting_mails_reach_a_real_mail_server(test_mail, mail_server) -> None:
    test_mail.update({1: "one@care.example", 2: "two@care.example"})
    messages = queued(1, 2)

    counts = send_pending(now=NOW)

    assert counts["sent"] == 2
    assert [mail["To"] for mail in mail_server.taken] == ["one@care.example", "two@care.example"]
    first = mail_server.taken[0]
    assert first["Subject"] == "A test for Person 1"
    assert first["Message-ID"] == f"<mail-{messages[0].pk}@localhost>"
    body = first.get_content()
    assert body.startswith("Hello Person 1, this is O'Brien & Sons.")
    assert "To talk to a person" in body
    assert {m.state for m in OutboxMessage.objects.all()} == {State.SENT}
    assert all(m.sent_at is not None for m in OutboxMessage.objects.all())


def test_mails_of_one_kind_are_worked_out_together(test_mail, mail_server) -> None:
    test_mail.update({n: f"{n}@care.example" for n in range(1, 8)})
    queued(*range(1, 8))

    send_pending(now=NOW)

    assert test_mail.calls == [[1, 2, 3, 4, 5, 6, 7]]


def test_a_server_that_says_later_gets_the_mail_once_in_the_end(test_mail, mail_server) -> None:
    test_mail[1] = "one@care.example"
    [message] = queued(1)
    mail_server.refusal = "451 try later"

    assert send_pending(now=NOW)["later"] == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (State.QUEUED, 1, "SMTPRecipientsRefused")
    assert NOW < message.next_attempt_at - timedelta(minutes=1) < NOW + timedelta(seconds=30)
    assert "sent" not in send_pending(now=NOW + timedelta(seconds=30))

    mail_server.refusal = ""
    assert send_pending(now=NOW + timedelta(minutes=2))["sent"] == 1
    assert "sent" not in send_pending(now=NOW + timedelta(minutes=10))
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (State.SENT, 2, "")
    assert len(mail_server.taken) == 1


def test_an_address_refused_for_good_is_not_tried_again(test_mail, mail_server) -> None:
    test_mail[1] = "nobody@care.example"
    [message] = queued(1)
    mail_server.refusal = "550 no such person"

    assert send_pending(now=NOW)["failed"] == 1

    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.FAILED, "SMTPRecipientsRefused")


def test_the_plan_gives_up_after_three_days(test_mail, mail_server) -> None:
    test_mail[1] = "one@care.example"
    [message] = queued(1)
    mail_server.refusal = "451 try later"

    at, tried = NOW, []
    while OutboxMessage.objects.filter(state=State.QUEUED).exists():
        tried.append(at - NOW)
        send_pending(now=at)
        message.refresh_from_db()
        at = message.next_attempt_at + timedelta(seconds=1)

    assert message.state == State.FAILED
    assert len(tried) == len(RETRY_MINUTES) + 1
    assert timedelta(hours=66) < tried[-1] < timedelta(hours=72)


def test_one_bad_mail_does_not_hold_up_the_others(test_mail, mail_server, monkeypatch) -> None:
    test_mail.update({1: "one@care.example", 2: "two@care.example"})
    queued(1, 2)
    with transaction.atomic():
        queue_mail(template="nobody_registered_this", subject_type="tests.thing", subject_ids=[3], now=NOW)

    counts = send_pending(now=NOW)

    assert (counts["sent"], counts["later"]) == (2, 1)
    assert OutboxMessage.objects.get(subject_id=3).last_error == "KeyError"


def test_a_record_without_a_letter_needs_no_mail(test_mail, mail_server) -> None:
    test_mail[2] = "two@care.example"
    queued(1, 2)

    counts = send_pending(now=NOW)

    assert (counts["not_needed"], counts["sent"]) == (1, 1)
    assert OutboxMessage.objects.get(subject_id=1).state == State.CANCELLED


def test_a_code_is_destroyed_once_it_is_sent(mail_server) -> None:
    message = sealed()

    assert send_pending(now=NOW)["sent"] == 1

    assert "KXW-4TP" in mail_server.taken[0].get_content()
    message.refresh_from_db()
    assert message.sealed_payload is None


def test_a_code_that_nobody_can_use_any_more_is_destroyed(mail_server) -> None:
    message = sealed()
    mail_server.refusal = "451 try later"
    send_pending(now=NOW)

    counts = send_pending(now=NOW + timedelta(minutes=15))

    assert counts["expired"] == 1
    message.refresh_from_db()
    assert (message.state, message.sealed_payload) == (State.CANCELLED, None)
    assert mail_server.taken == []


@pytest.mark.planted_fault("outbox.send_pending")
def test_what_a_dead_sender_held_goes_out_after_all(test_mail, mail_server) -> None:
    test_mail[1] = "one@care.example"
    [message] = queued(1)
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.SENDING, claimed_at=NOW, attempts=1)

    assert "sent" not in send_pending(now=NOW + timedelta(minutes=9))
    counts = send_pending(now=NOW + timedelta(minutes=11))

    assert (counts["requeued"], counts["sent"]) == (1, 1)
    assert len(mail_server.taken) == 1


def test_a_sender_that_lost_its_claim_writes_nothing(test_mail, mail_server, monkeypatch) -> None:
    test_mail[1] = "one@care.example"
    [message] = queued(1)
    opened = transport.opened

    @contextmanager
    def lose_the_claim_while_sending() -> Iterator[transport.Send]:
        with opened() as send:

            def send_slowly(mail: Mail) -> None:
                send(mail)
                OutboxMessage.objects.filter(pk=message.pk).update(claimed_at=NOW + timedelta(hours=1))

            yield send_slowly

    monkeypatch.setattr(transport, "opened", lose_the_claim_while_sending)
    send_pending(now=NOW)

    message.refresh_from_db()
    assert message.state == State.SENDING


def test_the_mails_of_a_run_go_over_one_connection(test_mail, mail_server) -> None:
    """Making one takes several trips to a mail server far away, and each would be made again for every mail."""
    test_mail.update({number: f"person{number}@care.example" for number in range(1, 31)})
    queued(*range(1, 31))

    assert send_pending(now=NOW)["sent"] == 30
    assert (len(mail_server.taken), mail_server.connections) == (30, 1)


def test_a_server_that_hangs_up_after_some_mails_is_called_again(test_mail, mail_server) -> None:
    mail_server.mails_for_each_connection = 2
    test_mail.update({number: f"person{number}@care.example" for number in range(1, 6)})
    queued(*range(1, 6))

    assert send_pending(now=NOW)["sent"] == 5, "None waits for the next attempt."
    assert sorted(mail["To"] for mail in mail_server.taken) == [
        f"person{number}@care.example" for number in range(1, 6)
    ]
    assert mail_server.connections == 3


def test_a_server_that_falls_silent_ends_the_run_and_the_rest_go_later(test_mail, mail_server, settings) -> None:
    settings.MAIL_TIMEOUT_SECONDS = 0.3
    test_mail.update({number: f"person{number}@care.example" for number in range(1, 5)})
    queued(*range(1, 5))
    mail_server.falls_silent_at = "PERSON2@"

    counts = send_pending(now=NOW)

    assert (counts["sent"], counts["silent"], counts["put_back"]) == (1, 1, 2)
    assert OutboxMessage.objects.get(last_error="ServerSilent").attempts == 1
    assert set(OutboxMessage.objects.filter(subject_id__in=(3, 4)).values_list("state", "attempts")) == {("queued", 0)}

    mail_server.falls_silent_at = ""
    assert send_pending(now=NOW + 2 * PAUSE)["sent"] == 3
    assert len(mail_server.taken) == 4


def test_a_refused_mail_does_not_cost_the_next_its_connection(test_mail, mail_server) -> None:
    test_mail.update({1: "refused@care.example", 2: "two@care.example"})
    queued(1, 2)
    mail_server.refused_address = "refused@care.example"

    counts = send_pending(now=NOW)

    assert (counts["failed"], counts["sent"], mail_server.connections) == (1, 1, 1)


def test_staff_can_try_a_failed_mail_again(test_mail, mail_server) -> None:
    test_mail[1] = "one@care.example"
    [message] = queued(1)
    mail_server.refusal = "550 no such person"
    send_pending(now=NOW)
    mail_server.refusal = ""
    actor = Actor.user(UserFactory())

    assert retry_mail(message_id=message.pk, actor=actor, now=NOW) is True
    assert retry_mail(message_id=message.pk, actor=actor, now=NOW) is False
    assert send_pending(now=NOW)["sent"] == 1
    event = AuditEvent.objects.get(kind="mail_retried")
    assert (event.actor, event.subject_id, event.details) == (str(actor), str(message.pk), {"template": "test_mail"})


def test_a_failed_mail_with_a_code_cannot_be_tried_again(mail_server) -> None:
    message = sealed()
    mail_server.refusal = "550 no such person"
    send_pending(now=NOW)

    assert retry_mail(message_id=message.pk, actor=Actor.user(UserFactory()), now=NOW) is False
    message.refresh_from_db()
    assert (message.state, message.sealed_payload) == (State.FAILED, None)
