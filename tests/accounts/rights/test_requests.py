"""What becomes of a data request: who is told what and when, and what nobody may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import DataRequest, DataRequestEvent, RequestPause, User
from accounts.rights.answering import (
    ExtendedAlready,
    FirstMonthOver,
    extend,
    meet_request,
    refuse_request,
    withdraw_request,
)
from accounts.rights.contact import Contact, NoWayToAnswer, email_of
from accounts.rights.history import ClockNotStarted, PersonNeeded, RequestOver
from accounts.rights.opening import IdentityNotAsked, OpenAlready, ReceivedLater, confirm_identity
from accounts.rights.pausing import NoQuestionOpen, QuestionOpen, pause_clock, resume_clock
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.mailbox import LocalMail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.privacy.subject import DataSubject
from tests.accounts.rights.steps import ANN, JOB, NOW, a_request, later, officer
from tests.factories.user import UserFactory

pytestmark = pytest.mark.django_db

Mailbox = Callable[[], list[LocalMail]]


def history(request: DataRequest) -> list[tuple[str, str]]:
    return list(request.events.values_list("kind", "reason"))


def test_a_request_says_by_when_we_answer(mailbox: Mailbox) -> None:
    person = UserFactory(name="Ann Example")
    request = a_request(account=person)

    assert (request.starts_on, request.due_on) == (date(2026, 9, 3), date(2026, 10, 5))
    assert history(request) == [("open", "phone")]
    (mail,) = mailbox()
    assert mail.to == person.email
    assert request.reference in mail.subject
    assert "We received this on 3 September 2026." in mail.body
    assert "We will answer by 5 October 2026." in mail.body
    assert AuditEvent.objects.filter(kind="data_request_changed", subject_id=str(request.pk)).count() == 1


@pytest.mark.promise("rights-stay", "right-copy", "right-correction", "right-objection")
@pytest.mark.parametrize("kind", DataRequest.Kind.values)
def test_each_of_the_five_rights_can_be_asked_for(mailbox: Mailbox, kind: str) -> None:
    a_request(kind=kind)

    assert "You asked " in mailbox()[0].body


def test_a_letter_counts_from_the_day_it_came() -> None:
    request = a_request(contact=ANN, channel="letter", received_on=date(2026, 8, 28))

    assert request.due_on == date(2026, 9, 28)
    with pytest.raises(ReceivedLater):
        a_request(contact=ANN, received_on=date(2026, 9, 4))


def test_a_person_without_an_account_is_answered_where_they_said(mailbox: Mailbox) -> None:
    listed = DataSubject.listed_inbox("Office@Home.example")
    requests = [
        a_request(contact=ANN, subject=DataSubject.recipient_of([3, 2])),
        a_request(contact=Contact(name="Bo"), subject=listed),
        a_request(contact=Contact(address="1 Mill Lane, Leeds")),
    ]

    assert [request.order_ids for request in requests] == [[2, 3], [], []]
    assert {mail.to for mail in mailbox()} == {"ann@home.example", "office@home.example"}
    with pytest.raises(NoWayToAnswer):
        a_request(contact=Contact(name="Ann Example"))


def test_the_same_is_not_asked_for_twice_at_once() -> None:
    person = UserFactory()
    first = a_request(account=person)

    with pytest.raises(OpenAlready) as found:
        a_request(account=person)
    assert found.value.request == first

    a_request(account=person, kind="erasure")
    withdraw_request(request_id=first.pk, actor=JOB, now=NOW)
    a_request(account=person)
    assert DataRequest.objects.of_account(person.pk).count() == 3


def test_an_erased_person_has_no_account_to_ask_about() -> None:
    person = UserFactory()
    empty: dict[str, Any] = {"email": None, "name": "", "organisation": "", "phone": "", "is_active": False}
    User.objects.filter(pk=person.pk).update(**empty, disabled_at=NOW, anonymised_at=NOW)

    with pytest.raises(User.DoesNotExist):
        a_request(account=person)


def test_the_month_begins_when_we_know_who_asks(mailbox: Mailbox) -> None:
    request = a_request(contact=ANN, identity_known=False)
    assert request.due_on is None
    assert "The month begins when we know who you are." in mailbox()[0].body
    with pytest.raises(ClockNotStarted):
        meet_request(request_id=request.pk, actor=officer(), now=later(days=1))

    confirmed = confirm_identity(request_id=request.pk, actor=officer(), now=later(days=11))

    assert (confirmed.starts_on, confirmed.due_on) == (date(2026, 9, 14), date(2026, 10, 14))
    assert "We will answer by 14 October 2026." in mailbox()[0].body
    with pytest.raises(IdentityNotAsked):
        confirm_identity(request_id=request.pk, actor=officer(), now=later(days=12))


def test_the_clock_stands_until_the_person_says_what_they_mean(mailbox: Mailbox) -> None:
    request = a_request()
    pause_clock(request_id=request.pk, question="Which order do you mean?", actor=officer(), now=later(days=7))

    assert "Which order do you mean?" in mailbox()[0].body
    assert "stands still" in mailbox()[0].body
    assert list(DataRequest.objects.paused()) == [request]
    assert not DataRequest.objects.overdue(date(2027, 1, 1)).exists()
    with pytest.raises(QuestionOpen):
        pause_clock(request_id=request.pk, question="And when?", actor=officer(), now=later(days=8))

    resumed = resume_clock(request_id=request.pk, actor=officer(), now=later(days=10))

    assert resumed.due_on == date(2026, 10, 6)
    assert "We will answer the request by 6 October 2026." in mailbox()[0].body
    pause = RequestPause.objects.get()
    assert (pause.from_on, pause.to_on) == (date(2026, 9, 10), date(2026, 9, 13))
    with pytest.raises(NoQuestionOpen):
        resume_clock(request_id=request.pk, actor=officer(), now=later(days=10))


def test_every_pause_is_kept_and_counted() -> None:
    request = a_request()
    for day in (2, 5):
        pause_clock(request_id=request.pk, question="Which?", actor=officer(), now=later(days=day))
        resume_clock(request_id=request.pk, actor=officer(), now=later(days=day + 2))

    request.refresh_from_db()
    assert request.pauses.count() == 2
    assert request.due_on == date(2026, 10, 7)


def test_how_days_of_waiting_count_is_a_setting(settings: Any) -> None:
    settings.DATA_REQUEST_PAUSED_DAYS = "start_moved"
    request = a_request(received_on=date(2026, 8, 28))
    pause_clock(request_id=request.pk, question="Which?", actor=officer(), now=NOW)

    # The month from 2 September; five days added to 28 September would be a Saturday, and so Monday 5 October.
    assert resume_clock(request_id=request.pk, actor=officer(), now=later(days=5)).due_on == date(2026, 10, 2)


def test_a_question_about_another_right_does_not_stop_the_clock(mailbox: Mailbox, settings: Any) -> None:
    request = a_request(kind="rectification")
    pause_clock(request_id=request.pk, question="Which name is right?", actor=officer(), now=later(days=7))
    assert "stays the same: 5 October 2026" in mailbox()[0].body

    assert resume_clock(request_id=request.pk, actor=officer(), now=later(days=10)).due_on == date(2026, 10, 5)
    assert request.pauses.get().stops_clock is False
    assert len(mailbox()) == 2


def test_a_clock_that_has_run_out_cannot_be_stopped() -> None:
    request = a_request()
    pause_clock(request_id=request.pk, question="Which?", actor=officer(), now=later(days=40))

    assert DataRequest.objects.overdue(date(2026, 10, 20)).exists()


def test_more_time_is_told_with_the_reason_within_the_first_month(mailbox: Mailbox) -> None:
    request = a_request()

    extended = extend(
        request_id=request.pk, reason="complex", explanation="Eighty orders.", actor=officer(), now=later(days=20)
    )

    assert (extended.first_due_on, extended.due_on) == (date(2026, 10, 5), date(2026, 12, 3))
    body = mailbox()[0].body
    assert "We will answer by 3 December 2026." in body
    assert "Eighty orders." in body
    assert "data_protection@dhsc.gov.uk" in body
    with pytest.raises(ExtendedAlready):
        extend(request_id=request.pk, reason="complex", explanation="More.", actor=officer(), now=later(days=21))


def test_after_the_first_month_there_is_no_more_time() -> None:
    request = a_request()

    with pytest.raises(FirstMonthOver):
        extend(request_id=request.pk, reason="complex", explanation="Late.", actor=officer(), now=later(days=33))


@pytest.mark.promise("objection-not-absolute", "right-erasure", "ico")
def test_a_refusal_says_why_and_how_to_complain(mailbox: Mailbox) -> None:
    """'continued use of the information may be necessary, with individuals being advised if this is the case'"""
    person = officer()
    request = a_request(kind="objection")

    refused = refuse_request(
        request_id=request.pk, reason="still_needed", explanation="Your parcel is on its way.", actor=person, now=NOW
    )

    assert (refused.state, refused.closed_by) == ("refused", str(person))
    body = mailbox()[0].body
    for words in (
        "We still need the information to provide CARE badges.",
        "Your parcel is on its way.",
        "data_protection@dhsc.gov.uk",
        "39 Victoria Street",
        "www.ico.org.uk",
        "Wycliffe House",
    ):
        assert words in body


@pytest.mark.promise("no-automated-decisions")
def test_a_machine_neither_refuses_nor_extends_nor_asks() -> None:
    request = a_request()

    with pytest.raises(PersonNeeded):
        refuse_request(request_id=request.pk, reason="excessive", explanation="", actor=JOB, now=NOW)
    with pytest.raises(PersonNeeded):
        extend(request_id=request.pk, reason="complex", explanation="", actor=JOB, now=NOW)
    with pytest.raises(PersonNeeded):
        pause_clock(request_id=request.pk, question="Which?", actor=JOB, now=NOW)

    request.refresh_from_db()
    assert history(request) == [("open", "phone")]


def test_a_restricted_person_hears_about_their_request(mailbox: Mailbox) -> None:
    """Nothing else is mailed to them, but the law wants them to hear of this."""
    person = UserFactory()
    User.objects.filter(pk=person.pk).update(restricted_at=NOW, is_active=False, disabled_at=NOW)
    request = a_request(account=person)
    meet_request(request_id=request.pk, answer="We attach nothing.", actor=officer(), now=NOW)

    assert [mail.to for mail in mailbox()] == [person.email, person.email]


def test_meeting_an_open_question_ends_it() -> None:
    request = a_request()
    pause_clock(request_id=request.pk, question="Which?", actor=officer(), now=NOW)
    meet_request(request_id=request.pk, actor=officer(), now=later(days=2))

    assert request.pauses.get().to_on == date(2026, 9, 5)


@pytest.mark.parametrize("act", [withdraw_request, meet_request, confirm_identity, resume_clock])
def test_what_is_over_is_over(act: Callable[..., object]) -> None:
    request = a_request()
    withdraw_request(request_id=request.pk, actor=officer(), now=NOW)

    with pytest.raises(RequestOver):
        act(request_id=request.pk, actor=officer(), now=NOW)
    assert DataRequestEvent.objects.filter(request=request).count() == 2


def test_who_asked_to_be_erased_gets_one_last_mail_and_is_forgotten(mailbox: Mailbox) -> None:
    request = a_request(kind="erasure", contact=ANN)
    mailbox()
    meet_request(request_id=request.pk, answer="All of it.", actor=officer(), now=timezone.now())

    request.refresh_from_db()
    assert (request.contact_name, request.contact_email, request.contact_address) == ("", "", "")
    assert (request.words, request.answer, request.state) == ("", "", "met")
    last = mailbox()[0]
    assert last.to == "ann@home.example"
    assert "This is the last email we send to this address." in last.body
    assert OutboxMessage.objects.get(template="data_request_erased").sealed_payload is None


def test_an_erased_account_is_told_where_it_was_told_before(mailbox: Mailbox) -> None:
    person = UserFactory(email="ann@home.example")
    request = a_request(kind="erasure", account=person)
    mailbox()
    to = email_of(request)
    empty: dict[str, Any] = {"email": None, "name": "", "organisation": "", "phone": "", "is_active": False}
    User.objects.filter(pk=person.pk).update(**empty, disabled_at=NOW, anonymised_at=NOW)
    meet_request(request_id=request.pk, reply_to=to, actor=officer(), now=timezone.now())

    assert mailbox()[0].to == "ann@home.example"


def test_nothing_stands_without_its_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts.rights import history as written

    def fails(**details: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(written, "record", fails)
    with pytest.raises(RuntimeError, match="no record"):
        a_request()

    assert not DataRequest.objects.exists()
    assert not OutboxMessage.objects.exists()
