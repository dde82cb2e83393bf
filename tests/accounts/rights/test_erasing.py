"""Who is erased leaves the row of their request behind, as proof, and nothing in it that they or we wrote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Complaint, DataRequest
from accounts.rights.answering import meet_request
from accounts.rights.contact import Contact, email_of
from accounts.rights.pausing import pause_clock
from badgeportal.outbox.mailbox import LocalMail
from badgeportal.privacy.erasing import Receipt, erase
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.subject import DataSubject
from tests.accounts.rights.steps import ANN, NOW, a_complaint, a_request, officer
from tests.factories.user import UserFactory

pytestmark = pytest.mark.django_db

Mailbox = Callable[[], list[LocalMail]]


def erase_and_meet(request: DataRequest, subject: DataSubject) -> None:
    """What a page does that erases because somebody asked for it: one transaction, and one last mail."""
    actor, now, to = officer(), timezone.now(), email_of(request)

    def meet(receipt: Receipt) -> None:
        meet_request(request_id=request.pk, reply_to=to, actor=actor, now=now)

    with transaction.atomic():
        erase(subject=subject, open_orders=OpenOrders.CANCEL, actor=actor, now=now, then=meet)


@pytest.mark.promise("removal-on-request")
def test_an_account_holder_is_erased_and_told_once_more(mailbox: Mailbox) -> None:
    person = UserFactory(email="ann@home.example")
    other = a_request(account=person)
    pause_clock(request_id=other.pk, question="Which Ann are you?", actor=officer(), now=NOW)
    complaint = a_complaint(account=person)
    request = a_request(account=person, kind="erasure")
    mailbox()

    erase_and_meet(request, DataSubject.of_account(person.pk))

    rows = [*DataRequest.objects.all(), *Complaint.objects.all()]
    assert len(rows) == 3
    assert {row.words for row in rows} == {""}
    assert other.pauses.get().question == ""
    assert DataRequest.objects.get(pk=request.pk).state == "met"
    assert complaint.pk == rows[-1].pk
    last = mailbox()[0]
    assert (last.to, request.reference in last.subject) == ("ann@home.example", True)


@pytest.mark.promise("removal-on-request")
def test_a_recipient_without_an_account_is_erased_by_their_orders(mailbox: Mailbox) -> None:
    recipient = DataSubject.recipient_of([7])
    request = a_request(contact=ANN, subject=recipient, kind="erasure")
    complaint = a_complaint(contact=ANN, subject=recipient)
    stranger = a_request(contact=Contact(name="Bo", email="bo@home.example"))
    mailbox()

    erase_and_meet(request, recipient)

    request.refresh_from_db()
    complaint.refresh_from_db()
    stranger.refresh_from_db()
    assert {request.contact_name, request.contact_email, complaint.contact_name, complaint.contact_email} == {""}
    assert stranger.contact_name == "Bo"
    assert mailbox()[0].to == "ann@home.example"
