"""Data requests in different states, a complaint, and a near miss for the breach log, lived through in the order of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import DataRequest, User
from accounts.rights.answering import extend, meet_request, refuse_request
from accounts.rights.breaches import judge_risk, log_breach
from accounts.rights.complaints import acknowledge_complaint, open_complaint
from accounts.rights.contact import NOBODY, Contact
from accounts.rights.opening import open_request
from accounts.rights.pausing import pause_clock
from accounts.rights.reminding import remind_staff
from badgeportal.actor import Actor
from badgeportal.outbox.sending import send_pending
from badgeportal.privacy.subject import DataSubject
from sampledata.people import DAY_CENTRE, EMPLOYER, HEAD_OFFICE, LISTED, NOT_LISTED, SERVICE

_KIND = DataRequest.Kind
_MARION = Contact(name="Marion Webb", address="The Annexe, 5 Quarry Street\nHartcombe\nBA2 9ZZ")


def live_through_requests(people: Mapping[str, User], *, now: datetime) -> None:
    """Everything that was asked, and what customer service did about it."""
    told = _Told(people, now)
    told.request(26, LISTED.email, _KIND.ACCESS, "online", "Please send me everything you have about me.")
    more = told.request(25, NOT_LISTED.email, _KIND.ACCESS, "email", "All mails and notes since we first ordered.")
    badge = told.request(20, HEAD_OFFICE.email, _KIND.OBJECTION, "email", "Do not pass our address to the courier.")
    refuse_request(
        request_id=badge.pk, reason="still_needed", actor=told.officer, now=told.days_ago(16),
        explanation="DX has to know the name and address, or the badges cannot arrive. DX gets nothing else.",
    )  # fmt: skip
    told.send(16)
    name = told.request(12, EMPLOYER.email, _KIND.RECTIFICATION, "phone", "My name is spelt Doyle, with an e.")
    meet_request(
        request_id=name.pk, answer="Your name is Sam Doyle now.", actor=told.officer, now=told.days_ago(11)
    )  # fmt: skip
    told.send(11)
    extend(
        request_id=more.pk, reason="complex", explanation="We have to look through notes of several weeks.",
        actor=told.officer, now=told.days_ago(10),
    )  # fmt: skip
    told.send(10)
    which = told.request(8, DAY_CENTRE.email, _KIND.ACCESS, "phone", "What do you hold about us?")
    pause_clock(
        request_id=which.pk, question="Do you ask for yourself, or for the day centre as well?", actor=told.officer,
        now=told.days_ago(6),
    )  # fmt: skip
    told.send(6)
    told.request(3, "", _KIND.ERASURE, "letter", "A home gave you my name for a parcel. Please delete it.")
    told.complaint_and_near_miss(about=badge)
    remind_staff(now=now)
    send_pending(now=now)


class _Told:
    def __init__(self, people: Mapping[str, User], now: datetime) -> None:
        self.people = people
        self.now = now
        self.officer = Actor.user(people[SERVICE.email])

    def days_ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def send(self, days: float) -> None:
        send_pending(now=self.days_ago(days) + timedelta(seconds=20))

    def request(self, days: int, email: str, kind: DataRequest.Kind, channel: str, words: str) -> DataRequest:
        """What somebody with the account `email` asked so many days ago; without one it is Marion, whom nobody knows yet."""
        account = self.people.get(email)
        request = open_request(
            kind=kind,
            subject=DataSubject.of_account(account.pk) if account else None,
            channel=channel,
            contact=NOBODY if account else _MARION,
            words=words,
            identity_known=account is not None,
            actor=Actor.user(account) if account and channel == "online" else self.officer,
            now=self.days_ago(days),
        )
        self.send(days)
        return request

    def complaint_and_near_miss(self, *, about: DataRequest) -> None:
        complaint = open_complaint(
            subject=DataSubject.of_account(self.people[HEAD_OFFICE.email].pk),
            channel="email",
            words="Your answer does not say what DX does with our address afterwards.",
            request_id=about.pk,
            actor=self.officer,
            now=self.days_ago(9),
        )
        acknowledge_complaint(complaint_id=complaint.pk, actor=self.officer, now=self.days_ago(8))
        self.send(8)
        breach = log_breach(
            what="A pick list was left in the canteen for an hour. It shows references and quantities, and names nobody.",
            noticed_at=self.days_ago(5.2),
            happened_on=None,
            people=0,
            near_miss=True,
            actor=self.officer,
            now=self.days_ago(5),
        )
        judge_risk(
            breach_id=breach.pk, risk="unlikely", reason="Nobody can be found by what it shows.", actor=self.officer,
            now=self.days_ago(5),
        )  # fmt: skip
