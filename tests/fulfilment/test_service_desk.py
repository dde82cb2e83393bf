"""Customer service finds anybody by anything, sees all of it on one page, and every look leaves a trace."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import CUSTOMER_SERVICE, DHSC_ANALYST, FULFILMENT_OFFICER
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import send_pending
from fulfilment.batches import create_batch
from fulfilment.models import Consignment
from fulfilment.service_desk.finding import MOST, find_anything
from orders.lifecycle import Who
from orders.models import OrderProblem
from orders.problems import report_problem
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment.steps import JOB, NOW, placed_order, verified_orders

pytestmark = pytest.mark.django_db

FIND = "admin:fulfilment_consignment_find"


def staff(role: str = CUSTOMER_SERVICE) -> Client:
    client = Client()
    client.force_login(StaffFactory(role=role))
    return client


def page_of(order) -> str:
    return reverse("admin:fulfilment_consignment_person", args=[order.account_id])


@pytest.mark.parametrize(
    "named",
    [
        lambda order: order.reference.lower().replace("-", " "),
        lambda order: f" {order.account.email.upper()} ",
        lambda order: "ls14ap",
        lambda order: order.organisation_name[:12].lower(),
        lambda order: order.recipient_name.upper(),
    ],
)
def test_an_order_is_found_by_whatever_the_caller_names(named):
    order = placed_order()
    assert order in find_anything(named(order)).orders


def test_an_order_is_found_by_its_parcel_and_by_the_number_dx_gave_it():
    [order] = verified_orders(1)
    create_batch(limit=None, by=Who.SYSTEM, actor=JOB, now=NOW)
    parcel = Consignment.objects.get()
    assert find_anything(f"{parcel.reference[:4]} {parcel.reference[4:].lower()}").orders == [order]
    Consignment.objects.update(dx_number="DX123456789")
    assert find_anything("dx 123456789").orders == [order]


def test_a_person_without_an_order_is_found_and_staff_are_not():
    person = UserFactory(name="Zebediah Unusual")
    StaffFactory(role=FULFILMENT_OFFICER, name="Zebediah Colleague")
    assert find_anything("zebediah").people == [person]


@pytest.mark.parametrize("said", ["0161 234 5678", "+44 161 234 5678", "(0161) 2345678"])
def test_a_caller_is_found_by_the_phone_number_however_it_is_said(said):
    person = UserFactory(phone="+441612345678")
    UserFactory(phone="+441612345679")
    order = placed_order(quantity=30, phone="+441612345678")
    placed_order(quantity=30, phone="+441612345679")
    found = find_anything(said)
    assert (found.people, found.orders) == ([person], [order])


def test_the_page_tells_what_the_person_said_is_wrong():
    order = placed_order()
    report_problem(
        order=order, kind=OrderProblem.Kind.DAMAGED, text="Two are bent", actor=Actor.user(order.account), now=NOW
    )
    text = staff().get(page_of(order)).content.decode()
    for said in ("Badges are damaged or faulty", "Two are bent", "waiting for an answer"):
        assert said in text


def test_what_is_found_is_bounded():
    for _ in range(MOST + 1):
        UserFactory(organisation="Common Care")
    found = find_anything("common care")
    assert (len(found.people), found.more) == (MOST, True)
    assert find_anything("c") == ([], [], False)


def test_the_page_tells_all_in_a_fixed_number_of_queries(django_assert_max_num_queries):
    order = placed_order()
    client = staff()
    client.get(page_of(order))
    with django_assert_max_num_queries(25):
        text = client.get(page_of(order)).content.decode()
    for said in (order.reference, order.recipient_name, "order_placed", "Correct the address", "Cancel the order"):
        assert said in text
    for number in range(5):
        draft = placed_order(postcode=f"LS{number + 1} 4AP")
        type(draft).objects.filter(pk=draft.pk).update(account=order.account_id)
    with django_assert_max_num_queries(25):
        client.get(page_of(order))


def test_every_look_is_recorded_and_nothing_stands_in_the_address():
    order = placed_order()
    client = staff()
    answer = client.post(reverse(FIND), {"text": order.account.email})
    assert order.reference in answer.content.decode()
    assert "@" not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]
    client.get(page_of(order))
    pages = set(
        AuditEvent.objects.filter(kind="personal_page_seen", subject_id=str(order.account_id)).values_list(
            "details__page", flat=True
        )
    )
    assert pages == {"admin:find", "admin:person"}


@pytest.mark.parametrize("role", [FULFILMENT_OFFICER, DHSC_ANALYST])
def test_others_do_not_get_in(role):
    order = placed_order()
    client = staff(role)
    assert client.get(reverse(FIND)).status_code in (302, 403)
    assert client.get(page_of(order)).status_code in (302, 403)


def test_a_mail_is_sent_again_once_with_an_event():
    order = placed_order()
    send_pending(now=timezone.now())
    mail = OutboxMessage.objects.get(template="order_placed", subject_id=order.pk)
    assert mail.state == "sent"
    client = staff()
    address = reverse("admin:fulfilment_consignment_resend", args=[order.account_id, mail.pk])
    assert client.get(address).status_code == 405
    client.post(address)
    client.post(address)
    assert OutboxMessage.objects.filter(template="order_placed", subject_id=order.pk).count() == 2
    assert AuditEvent.objects.filter(kind="mail_resent").count() == 1
    send_pending(now=timezone.now())
    assert set(OutboxMessage.objects.filter(subject_id=order.pk).values_list("state", flat=True)) == {"sent"}


def test_the_mail_of_somebody_else_is_not_sent():
    order, other = placed_order(), placed_order()
    mail = OutboxMessage.objects.get(template="order_placed", subject_id=other.pk)
    address = reverse("admin:fulfilment_consignment_resend", args=[order.account_id, mail.pk])
    assert staff().post(address).status_code == 404
    assert not AuditEvent.objects.filter(kind="mail_resent").exists()
