"""Nothing that the law gives a time for is forgotten, and nothing typed about a person is kept for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.utils import timezone

from accounts.models import Breach, Complaint, DataRequest, User
from accounts.rights.answering import extend, refuse_request
from accounts.rights.breaches import judge_risk
from accounts.rights.complaints import acknowledge_complaint, answer_complaint
from accounts.rights.metrics import rights_are_in_time
from accounts.rights.pausing import pause_clock, resume_clock
from accounts.rights.reminding import remind_staff
from accounts.rights.retention import blank_contacts
from accounts.sweeps import delete_unconfirmed
from accounts.tasks import remind_about_rights, sweep_request_contacts
from badgeportal.outbox.mailbox import LocalMail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.watch.gauges import read_all
from badgeportal.watch.health import state_of_everything
from tests.accounts.rights.steps import ANN, NOW, a_breach, a_complaint, a_request, later, officer
from tests.factories.user import UserFactory

pytestmark = pytest.mark.django_db

Mailbox = Callable[[], list[LocalMail]]
REMINDERS = ("data_request_reminder", "data_complaint_reminder", "breach_reminder")


def reminded(now: datetime) -> list[int]:
    """How many requests, complaints and breaches a sweep at `now` reminds of."""
    return list(remind_staff(now=now).values())


def test_staff_are_reminded_once_on_each_day_that_counts() -> None:
    request = a_request()

    steps = {day: reminded(later(days=day)) for day in (20, 21, 22, 28, 32, 33, 60)}

    assert steps == {
        20: [0, 0, 0], 21: [1, 0, 0], 22: [0, 0, 0], 28: [1, 0, 0], 32: [0, 0, 0], 33: [1, 0, 0], 60: [0, 0, 0],
    }  # fmt: skip
    lines = request.events.filter(kind="remind")
    assert [(line.reason, line.actor) for line in lines] == [
        (step, "system:remind-about-rights") for step in ("1", "2", "3")
    ]


@pytest.mark.planted_fault("accounts.remind_about_rights")
def test_a_sweep_that_did_not_run_for_weeks_reminds_once() -> None:
    a_request()

    assert reminded(later(days=40)) == [1, 0, 0]
    assert OutboxMessage.objects.filter(template="data_request_reminder").count() == 1


def test_a_reminder_names_the_request_and_nobody(mailbox: Mailbox) -> None:
    now = timezone.now()
    request = a_request(contact=ANN, words="Anything about Annabel", now=now - timedelta(days=45))
    a_complaint(contact=ANN, now=now - timedelta(days=31))
    a_breach(now=now - timedelta(hours=73), noticed_at=now - timedelta(hours=73))
    mailbox()

    remind_about_rights()

    mails = [mail for mail in mailbox() if mail.to == configured.CUSTOMER_SERVICE_EMAIL]
    assert len(mails) == 3
    told = next(mail for mail in mails if request.reference in mail.subject)
    assert "overdue" in told.subject
    assert f"/admin/accounts/datarequest/{request.pk}/change/" in told.body
    for mail in mails:
        assert not any(word in mail.subject + mail.body for word in ("Ann", "ann@home.example", "Mill Lane"))


def test_a_reminder_of_what_was_answered_meanwhile_does_not_go(mailbox: Mailbox) -> None:
    request = a_request(contact=ANN, now=timezone.now() - timedelta(days=25))
    remind_about_rights()
    refuse_request(request_id=request.pk, reason="nothing_held", explanation="", actor=officer(), now=timezone.now())

    assert configured.CUSTOMER_SERVICE_EMAIL not in {mail.to for mail in mailbox()}


def test_nobody_is_reminded_of_a_clock_that_stands_or_has_not_begun() -> None:
    waiting = a_request()
    pause_clock(request_id=waiting.pk, question="Which?", actor=officer(), now=later(days=1))
    a_request(identity_known=False)

    assert reminded(later(days=50)) == [0, 0, 0]

    resume_clock(request_id=waiting.pk, actor=officer(), now=later(days=50))
    assert reminded(later(days=51)) == [0, 0, 0]
    assert reminded(later(days=70)) == [1, 0, 0]


def test_an_extended_request_is_reminded_of_again_before_its_end() -> None:
    request = a_request()
    assert reminded(later(days=28)) == [1, 0, 0]
    extend(request_id=request.pk, reason="complex", explanation="Many.", actor=officer(), now=later(days=28))

    assert reminded(later(days=60)) == [0, 0, 0]
    assert reminded(datetime.fromisoformat("2026-11-24T12:00:00+00:00")) == [1, 0, 0]
    assert reminded(datetime.fromisoformat("2026-12-04T12:00:00+00:00")) == [1, 0, 0]


def test_staff_are_reminded_to_acknowledge_a_complaint_within_thirty_days() -> None:
    complaint = a_complaint()

    steps = {day: reminded(later(days=day))[1] for day in (20, 21, 28, 30, 31)}
    assert steps == {20: 0, 21: 1, 28: 1, 30: 0, 31: 1}
    assert list(Complaint.objects.overdue(date(2026, 10, 4))) == [complaint]

    acknowledge_complaint(complaint_id=complaint.pk, actor=officer(), now=later(days=32))
    assert reminded(later(days=60))[1] == 0


def test_staff_are_reminded_of_a_breach_after_48_and_72_hours() -> None:
    breach = a_breach()
    other = a_breach()
    judge_risk(breach_id=other.pk, risk="unlikely", reason="Nobody saw it.", actor=officer(), now=NOW)

    steps = {hours: reminded(later(hours=hours))[2] for hours in (47, 48, 60, 72, 100)}

    assert steps == {47: 0, 48: 1, 60: 0, 72: 1, 100: 0}
    assert list(Breach.objects.overdue(later(hours=73))) == [breach]


def test_what_is_late_shows_in_the_figures_and_on_the_state_page() -> None:
    assert rights_are_in_time(NOW) == (True, "nothing is late")
    a_request()
    a_complaint()
    a_breach()
    a_request(identity_known=False)

    now = later(days=40)
    figures = {gauge.name: dict(gauge.samples) for gauge in read_all(now)}

    assert figures["portal_data_requests"] == {"running": 1, "paused": 0, "identity_asked": 1}
    assert figures["portal_data_request_age_seconds"] == {"": 40 * 24 * 3600}
    for name in ("data_requests", "complaints", "breaches"):
        assert figures[f"portal_{name}_overdue"] == {"": 1}
    part = next(part for part in state_of_everything(now) if part.name.startswith("Data requests"))
    assert not part.well
    assert "1 data requests overdue" in part.says


@pytest.mark.promise("kept-while-open")
def test_what_was_typed_about_a_person_without_an_account_goes_after_its_time(settings: Any) -> None:
    settings.REQUEST_CONTACT_DAYS = 180
    gone, kept, held = a_request(contact=ANN), a_request(contact=ANN), a_request(kind="objection")
    pause_clock(request_id=gone.pk, question="Which Ann are you?", actor=officer(), now=NOW)
    for request, day in ((gone, 1), (kept, 3), (held, 1)):
        refuse_request(
            request_id=request.pk, reason="excessive", explanation="Dear Ann", actor=officer(), now=later(days=day)
        )
    complaint = a_complaint(contact=ANN)
    acknowledge_complaint(complaint_id=complaint.pk, actor=officer(), now=NOW)
    answer_complaint(complaint_id=complaint.pk, outcome="not_upheld", answer="Dear Ann", actor=officer(), now=NOW)
    a_request(contact=ANN)

    now = later(days=182)
    assert blank_contacts(now=now) == {"data requests": 1, "complaints": 1}
    assert blank_contacts(now=now) == {"data requests": 0, "complaints": 0}

    gone.refresh_from_db()
    complaint.refresh_from_db()
    assert {gone.contact_name, gone.contact_email, gone.contact_address, gone.words, gone.answer} == {""}
    assert (gone.state, gone.refusal_reason, gone.pauses.get().question) == ("refused", "excessive", "")
    assert {complaint.contact_name, complaint.words, complaint.answer, complaint.outcome} == {"", "not_upheld"}
    assert DataRequest.objects.exclude(contact_name="").count() == 2
    held.refresh_from_db()
    assert held.words == "All you have"


@pytest.mark.planted_fault("accounts.sweep_request_contacts")
def test_the_period_is_a_setting_and_the_task_keeps_it(settings: Any) -> None:
    settings.REQUEST_CONTACT_DAYS = 10
    request = a_request(contact=ANN, now=timezone.now() - timedelta(days=20))
    refuse_request(
        request_id=request.pk, reason="excessive", explanation="", actor=officer(),
        now=timezone.now() - timedelta(days=11),
    )  # fmt: skip

    assert sweep_request_contacts() == {"data requests": 1, "complaints": 0}


def test_a_registration_that_somebody_asks_about_stays_until_they_are_answered() -> None:
    asked, complained = (UserFactory(confirmed_address=False, date_joined=later(days=-30)) for _ in range(2))
    request = a_request(account=asked)
    a_complaint(account=complained)

    assert delete_unconfirmed(now=NOW) == 0

    refuse_request(request_id=request.pk, reason="identity", explanation="", actor=officer(), now=NOW)
    assert delete_unconfirmed(now=NOW) == 1
    assert not User.objects.filter(pk=asked.pk).exists()
    assert EmailAddress.objects.filter(user=complained).exists()


@pytest.mark.parametrize("task", ["accounts.remind_about_rights", "accounts.sweep_request_contacts"])
def test_the_sweeps_are_scheduled(task: str) -> None:
    assert task in {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}
