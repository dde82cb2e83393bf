"""Complaints are acknowledged, looked into and answered; breaches are judged, reported in 72 hours, and closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from accounts.models import Breach, Complaint
from accounts.rights.breaches import (
    BreachOver,
    NotInThePast,
    NotYetToBeClosed,
    ReportedAlready,
    SaysNotWhyLate,
    close_breach,
    judge_risk,
    note_people_told,
    report_breach,
)
from accounts.rights.complaints import (
    AcknowledgedAlready,
    ComplaintOver,
    NotAcknowledged,
    acknowledge_complaint,
    answer_complaint,
    record_findings,
)
from accounts.rights.contact import NOBODY, Contact, NoWayToAnswer
from accounts.rights.history import PersonNeeded
from accounts.rights.opening import ReceivedLater
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.mailbox import LocalMail
from tests.accounts.rights.steps import ANN, JOB, NOW, a_breach, a_complaint, a_request, later, officer

pytestmark = pytest.mark.django_db

Mailbox = Callable[[], list[LocalMail]]


@pytest.mark.promise("complaints")
def test_a_complaint_is_acknowledged_looked_into_and_answered(mailbox: Mailbox) -> None:
    """'Anyone unhappy or wishing to complain about how personal data is used'"""
    request = a_request(contact=ANN)
    complaint = a_complaint(contact=ANN, request_id=request.pk)
    assert complaint.acknowledge_by == date(2026, 10, 3)
    mailbox()

    acknowledge_complaint(complaint_id=complaint.pk, actor=officer(), now=later(days=2))
    acknowledged = mailbox()[0]
    record_findings(complaint_id=complaint.pk, findings="Two mails went.", actor=officer(), now=later(days=4))
    record_findings(complaint_id=complaint.pk, findings="One of them twice.", actor=officer(), now=later(days=5))
    answer_complaint(
        complaint_id=complaint.pk,
        outcome="upheld",
        answer="It will not happen again.",
        actor=officer(),
        now=later(days=9),
    )

    complaint.refresh_from_db()
    assert (complaint.acknowledged_on, complaint.investigated_from) == (date(2026, 9, 5), date(2026, 9, 7))
    assert (complaint.findings, complaint.outcome) == ("One of them twice.", "upheld")
    assert acknowledged.to == "ann@home.example"
    assert "A person will look into it" in acknowledged.body
    answer = mailbox()[0].body
    assert "You were right." in answer
    assert "It will not happen again." in answer
    assert "www.ico.org.uk" in answer
    changes = AuditEvent.objects.filter(kind="complaint_changed").order_by("pk")
    assert [event.details["change"] for event in changes] == ["open", "acknowledge", "look_into", "look_into", "answer"]


def test_a_complaint_is_answered_only_once_it_is_acknowledged() -> None:
    complaint = a_complaint()

    with pytest.raises(NotAcknowledged):
        answer_complaint(complaint_id=complaint.pk, outcome="upheld", answer="Yes.", actor=officer(), now=NOW)
    acknowledge_complaint(complaint_id=complaint.pk, actor=officer(), now=NOW)
    with pytest.raises(AcknowledgedAlready):
        acknowledge_complaint(complaint_id=complaint.pk, actor=officer(), now=NOW)
    answer_complaint(complaint_id=complaint.pk, outcome="not_upheld", answer="No.", actor=officer(), now=NOW)
    with pytest.raises(ComplaintOver):
        record_findings(complaint_id=complaint.pk, findings="More.", actor=officer(), now=NOW)


def test_a_complaint_needs_somebody_to_answer_and_a_day_that_was() -> None:
    with pytest.raises(NoWayToAnswer):
        a_complaint(contact=Contact(name="Ann Example"), subject=None)
    with pytest.raises(ReceivedLater):
        a_complaint(contact=ANN, received_on=date(2026, 9, 4))

    assert not Complaint.objects.exists()
    assert Contact() == NOBODY


def test_only_people_deal_with_complaints_and_breaches() -> None:
    complaint = a_complaint()
    breach = a_breach()

    for act in (
        lambda: acknowledge_complaint(complaint_id=complaint.pk, actor=JOB, now=NOW),
        lambda: record_findings(complaint_id=complaint.pk, findings="x", actor=JOB, now=NOW),
        lambda: answer_complaint(complaint_id=complaint.pk, outcome="upheld", answer="x", actor=JOB, now=NOW),
        lambda: a_breach(actor=JOB),
        lambda: judge_risk(breach_id=breach.pk, risk="high", reason="x", actor=JOB, now=NOW),
    ):
        with pytest.raises(PersonNeeded):
            act()


def test_a_breach_with_a_high_risk_is_told_to_the_ico_and_to_people() -> None:
    breach = a_breach()
    with pytest.raises(NotYetToBeClosed):
        close_breach(breach_id=breach.pk, measures="Nothing", actor=officer(), now=later(hours=2))
    judge_risk(breach_id=breach.pk, risk="high", reason="Addresses of many.", actor=officer(), now=later(hours=2))

    report_breach(
        breach_id=breach.pk, reported_at=later(hours=72), ico_reference="IC-1", late_reason="", actor=officer(),
        now=later(hours=73),
    )  # fmt: skip
    with pytest.raises(NotYetToBeClosed):
        close_breach(breach_id=breach.pk, measures="Told them", actor=officer(), now=later(hours=74))
    note_people_told(breach_id=breach.pk, told_at=later(hours=74), actor=officer(), now=later(hours=75))
    close_breach(breach_id=breach.pk, measures="Two people check each list.", actor=officer(), now=later(hours=76))

    breach.refresh_from_db()
    assert (breach.late_reason, breach.closed_at) == ("", later(hours=76))
    with pytest.raises(BreachOver):
        judge_risk(breach_id=breach.pk, risk="risk", reason="x", actor=officer(), now=later(hours=77))


def test_telling_the_ico_late_needs_a_reason() -> None:
    breach = a_breach()
    late = {
        "breach_id": breach.pk, "reported_at": later(hours=72, seconds=1), "ico_reference": "", "actor": officer(),
        "now": later(hours=80),
    }  # fmt: skip

    with pytest.raises(SaysNotWhyLate):
        report_breach(**late, late_reason="")
    assert report_breach(**late, late_reason="Nobody was in.").late_reason == "Nobody was in."
    with pytest.raises(ReportedAlready):
        report_breach(**late, late_reason="Again.")


def test_a_near_miss_is_logged_and_closed_without_the_ico() -> None:
    breach = a_breach(near_miss=True)
    judge_risk(breach_id=breach.pk, risk="unlikely", reason="It came back unopened.", actor=officer(), now=NOW)

    assert not Breach.objects.to_report().exists()
    close_breach(breach_id=breach.pk, measures="Told the team.", actor=officer(), now=NOW)
    assert not Breach.objects.open().exists()


def test_times_of_a_breach_lie_in_the_past_and_in_order() -> None:
    breach = a_breach()

    for act in (
        lambda: a_breach(noticed_at=later(hours=1)),
        lambda: a_breach(happened_on=date(2026, 9, 4)),
        lambda: note_people_told(breach_id=breach.pk, told_at=later(hours=-1), actor=officer(), now=NOW),
        lambda: report_breach(
            breach_id=breach.pk, reported_at=later(hours=2), ico_reference="", late_reason="", actor=officer(), now=NOW
        ),
    ):
        with pytest.raises(NotInThePast):
            act()
