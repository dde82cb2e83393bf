"""A recipient without an account limits the use of their name and address: the same stops as for an account, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import DataRequest
from accounts.restricting import AccountRestricted, NotRestricted, NotToldYet
from accounts.restricting_recipients import (
    NoOrders,
    announce_end_to_recipient,
    free_recipient,
    restrict_recipient,
)
from accounts.rights.answering import meet_request
from accounts.rights.history import locked_request
from accounts.rights.retention import blank_contacts
from accounts.tasks import end_restrictions
from badgeportal.outbox.mailbox import LocalMail
from badgeportal.outbox.models import OutboxMessage
from badgeportal.privacy.subject import DataSubject
from fulfilment.faults import BatchCannotClose, RestrictedInHandover
from fulfilment.sending import close_batch, mark_batch_sent
from orders.drafts import save_answers
from orders.lifecycle import State, Who
from orders.models import Order, OrderProblem
from orders.models.order import ERASED_COLUMNS
from orders.problems import report_problem
from tests.accounts.rights.steps import ANN, a_request, officer
from tests.accounts.your_data.test_restricting import ACTIONS
from tests.factories.user import StaffFactory
from tests.fulfilment import steps
from tests.journeys import NOT_CQC, finished_draft, order_at, placed_order
from tests.verification.worlds import waiting_check
from verification.models import ManualCheck

pytestmark = pytest.mark.django_db
Kind = DataRequest.Kind
ABOUT_THE_ACCOUNT = {"type an answer", "begin again", "place", "staff change details"}


def asked(*orders: Order, kind: Kind = Kind.RESTRICTION, **changes: Any) -> DataRequest:
    subject = DataSubject.recipient_of([order.pk for order in orders])
    return a_request(contact=ANN, kind=kind, subject=subject, now=timezone.now(), **changes)


def limit(request: DataRequest) -> DataRequest:
    with transaction.atomic():
        return restrict_recipient(request=locked_request(request.pk), actor=officer(), now=timezone.now())


def limited(*orders: Order, **changes: Any) -> DataRequest:
    request = limit(asked(*orders, **changes))
    for order in orders:
        order.refresh_from_db()
    return request


@pytest.mark.promise("right-restriction")
@pytest.mark.parametrize("name", sorted(ACTIONS.keys() - ABOUT_THE_ACCOUNT))
def test_nothing_is_done_about_their_order(name: str) -> None:
    state, act = ACTIONS[name]
    order = order_at(state)
    finished_draft(order.account)
    limited(order)
    before = Order.objects.filter(pk=order.pk).values().get()

    with pytest.raises(AccountRestricted):
        act(order)

    assert Order.objects.filter(pk=order.pk).values().get() == before


def test_no_pull_takes_it_no_mail_tells_of_it_and_other_orders_go_on() -> None:
    placed, verified = placed_order(), order_at(State.VERIFIED)
    other = order_at(State.VERIFIED, placed.account)
    check = waiting_check()
    limited(placed, verified, check.order)

    assert not Order.objects.awaiting_assessment().filter(pk=placed.pk).exists()
    assert set(Order.objects.awaiting_dispatch()) == {other}
    assert not ManualCheck.objects.waiting().exists()
    assert set(OutboxMessage.objects.about(placed).values_list("state", flat=True)) == {"cancelled"}
    assert set(Order.objects.to_write_about([placed.pk, other.pk])) == {other}
    assert set(Order.objects.in_use()) == {other}
    report_problem(order=other, kind=OrderProblem.Kind.OTHER, text="Wrong", actor=officer(), now=timezone.now())
    save_answers(account=placed.account, answers=NOT_CQC, now=timezone.now())


def test_a_batch_with_their_parcel_neither_closes_nor_goes() -> None:
    first, _ = steps.verified_orders(2)
    batch = steps.open_batch()
    request = limited(first)
    with pytest.raises(BatchCannotClose):
        close_batch(batch_id=batch.pk, actor=steps.JOB, now=steps.NOW)
    Order.objects.filter(pk=first.pk).update(recipient_restricted_at=None)
    close_batch(batch_id=batch.pk, actor=steps.JOB, now=steps.NOW)
    limit(request)
    with pytest.raises(RestrictedInHandover):
        mark_batch_sent(batch_id=batch.pk, actor=steps.JOB, by=Who.SYSTEM, now=steps.NOW)


def test_dx_must_hear_of_it_when_dx_was_told() -> None:
    order = steps.verified_order()
    steps.sent_batch()
    assert limited(order).tell_recipients == "DX"
    assert limited(placed_order()).tell_recipients == ""


def test_what_is_in_dispute_can_be_put_right() -> None:
    order = placed_order()
    limited(order, ground=DataRequest.Ground.ACCURACY)
    _, correct = ACTIONS["staff correct the address"]
    correct(order)
    order.refresh_from_db()
    assert order.address_line_1 == "9 Other Road"


def test_they_hear_of_the_end_first_and_then_it_ends_by_itself(mailbox: Callable[[], list[LocalMail]]) -> None:
    order, shared = placed_order(), placed_order()
    request, still = limited(order, shared), limited(shared)
    now = timezone.now()
    with pytest.raises(NotToldYet):
        free_recipient(request_id=request.pk, actor=officer(), now=now)
    meet_request(request_id=request.pk, actor=officer(), now=now)
    # Until it has ended they can be reached, however long ago their request was answered.
    blank_contacts(now=now + timedelta(days=settings.REQUEST_CONTACT_DAYS + 1))

    ends_on = announce_end_to_recipient(request_id=request.pk, actor=officer(), now=now)

    told = [mail for mail in mailbox() if "We will use your data again from" in mail.subject]
    assert [mail.to for mail in told] == [ANN.email]
    assert f"{ends_on.day} {ends_on:%B %Y}" in told[0].subject
    DataRequest.objects.update(limit_ends_on=None)
    assert end_restrictions() == 0
    DataRequest.objects.filter(pk=request.pk).update(limit_ends_on=now.date())
    assert end_restrictions() == 1
    assert set(Order.objects.in_use()) == {order}
    assert list(DataRequest.objects.limiting()) == [still]
    with pytest.raises(NotRestricted):
        free_recipient(request_id=request.pk, actor=officer(), now=now)


def test_a_request_without_orders_limits_nothing() -> None:
    request = a_request(contact=ANN, kind=Kind.RESTRICTION)
    with pytest.raises(NoOrders):
        limit(request)


def test_the_database_holds_the_rules() -> None:
    order = placed_order()
    request = limited(order)
    with pytest.raises(IntegrityError, match="data_request_limits_orders_of_a_recipient"), transaction.atomic():
        DataRequest.objects.filter(pk=request.pk).update(order_ids=[])
    with pytest.raises(IntegrityError, match="data_request_limits_orders_of_a_recipient"), transaction.atomic():
        DataRequest.objects.filter(pk=request.pk).update(limited_at=None, limit_ends_on="2027-01-01")
    with pytest.raises(IntegrityError, match="order_anonymised_is_not_restricted"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**dict.fromkeys(ERASED_COLUMNS, ""), anonymised_at=timezone.now())


def test_staff_name_the_orders_limit_them_and_end_it(client: Client) -> None:
    order = placed_order()
    client.force_login(StaffFactory(role="Customer service"))
    new = reverse("admin:accounts_datarequest_new")
    given = {
        "kind": "restriction", "channel": "phone", "received_on": timezone.localdate().isoformat(), "name": "Ann",
        "email": "ann@home.example", "words": "Not me", "identity": "known", "orders": "CARE-2222-2222",
    }  # fmt: skip
    wrong = client.post(new, given)
    assert (wrong.status_code, "There is no order CARE-2222-2222" in wrong.content.decode()) == (422, True)
    client.post(new, given | {"orders": order.reference.lower()})
    request = DataRequest.objects.get()
    assert request.order_ids == [order.pk]
    page = reverse("admin:accounts_datarequest_change", args=[request.pk])
    assert order.reference in client.get(page).content.decode()

    client.post(reverse("admin:accounts_datarequest_limit", args=[request.pk]))
    order.refresh_from_db()
    assert order.is_restricted
    shown = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "is limited" in shown
    assert "is limited" in client.get(page).content.decode()
    client.post(reverse("admin:accounts_datarequest_end_limit", args=[request.pk]))
    request.refresh_from_db()
    assert request.limit_ends_on is not None
