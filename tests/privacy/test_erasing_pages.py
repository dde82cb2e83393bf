"""Customer service erases from its pages: a look first, a tick, and a receipt that names nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasing import erase_people
from accounts.mails import CONFIRM_NEW_ADDRESS
from accounts.models import DataRequest, User
from accounts.roles import CUSTOMER_SERVICE, FULFILMENT_OFFICER, PORTAL_MANAGER, VERIFICATION_OFFICER
from badgeportal.actor import Actor
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sealing import unseal
from badgeportal.privacy.models import ErasureLedgerEntry, OpenOrders, PendingErasure
from badgeportal.privacy.subject import DataSubject
from orders.models import Order
from tests.accounts.rights.steps import a_request
from tests.accounts.your_data.steps import restricted, sign_in
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment import steps
from tests.journeys import order_at, placed_order
from tests.orders.test_afterwards import told
from tests.verification.worlds import a_listing
from verification.models import ListedEmail

pytestmark = pytest.mark.django_db
MANY = reverse("admin:accounts_user_erase_many")
INBOX = reverse("admin:fulfilment_consignment_erase_inbox")


def staff(role: str = CUSTOMER_SERVICE) -> Client:
    client = Client()
    client.force_login(StaffFactory(role=role))
    return client


def page_of(user: User) -> str:
    return reverse("admin:accounts_user_erase", args=[user.pk])


def answers(page: Any, **more: Any) -> dict[str, Any]:
    """The form of `page` as its reader sends it, ticked."""
    form = page.context["form"]
    hidden = page.context["hidden"]
    return {**hidden, "seen": form.initial["seen"], "confirming": "yes", "sure": "on", **more}


@pytest.mark.promise("at-any-time")
def test_a_person_is_erased_after_a_look_and_a_tick() -> None:
    user, client = UserFactory(name="Ann Quixfellow"), staff()
    order = placed_order(user, organisation_name="Quixfellow Homes")
    page = client.get(page_of(user))
    told = page.content.decode()
    assert "Ann Quixfellow" in told
    assert order.reference in told
    assert "Email address (1)" in told
    assert "It is cancelled and its badges go back" in told

    not_ticked = client.post(MANY, answers(page, open_orders="cancel") | {"sure": ""})
    assert not_ticked.status_code == 422
    assert "Tick the box to confirm" in not_ticked.content.decode()
    not_chosen = client.post(MANY, answers(page))
    assert "Select what becomes of the open orders" in not_chosen.content.decode()
    assert User.objects.get(pk=user.pk).email

    done = client.post(MANY, answers(page, open_orders="cancel"), follow=True)

    receipt = done.content.decode()
    entry = ErasureLedgerEntry.objects.get()
    assert str(entry.pk) in receipt
    assert "Quixfellow" not in receipt
    assert "Order" in receipt
    assert User.objects.get(pk=user.pk).anonymised_at
    # Sent twice.
    again = client.post(MANY, answers(page, open_orders="cancel"), follow=True)
    assert "nothing is held any more" in again.content.decode()
    assert ErasureLedgerEntry.objects.count() == 1


@pytest.mark.promise("at-any-time")
def test_many_are_erased_from_the_list() -> None:
    users, client = [UserFactory(), UserFactory()], staff()
    chosen = {"action": "erase_chosen", "_selected_action": [user.pk for user in users]}
    page = client.post(reverse("admin:accounts_user_changelist"), chosen)
    assert "Erase 2 people" in page.content.decode()
    client.post(page.context["post_to"], answers(page))
    assert User.objects.filter(anonymised_at__isnull=False).count() == 2
    assert ErasureLedgerEntry.objects.get().account_ids == sorted(user.pk for user in users)


def test_what_changed_since_the_look_is_shown_again() -> None:
    user, client = UserFactory(), staff()
    page = client.get(page_of(user))
    order = placed_order(user)
    shown = client.post(MANY, answers(page, open_orders="cancel"))
    assert "has changed since you looked" in shown.content.decode()
    assert order.reference in shown.content.decode()
    assert User.objects.get(pk=user.pk).email


def test_letting_orders_finish_is_shown_as_waiting() -> None:
    user, client = UserFactory(), staff()
    order_at("dispatched", user)
    page = client.get(page_of(user))
    done = client.post(MANY, answers(page, open_orders="finish"), follow=True)
    assert done.request["PATH_INFO"] == reverse("admin:privacy_pendingerasure_changelist")
    assert PendingErasure.objects.get().account_id == user.pk
    assert not User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize(
    ("role", "status"), [(CUSTOMER_SERVICE, 404), (VERIFICATION_OFFICER, 404), (PORTAL_MANAGER, 200)]
)
def test_only_a_portal_manager_erases_a_colleague(role: str, status: int) -> None:
    colleague = StaffFactory()
    assert staff(role).get(page_of(colleague)).status_code == status


def test_nobody_erases_themselves() -> None:
    client = Client()
    own = StaffFactory(role=PORTAL_MANAGER)
    client.force_login(own)
    page = client.get(page_of(own))
    told = client.post(MANY, answers(page), follow=True).content.decode()
    assert "You cannot erase your own account" in told
    assert User.objects.get(pk=own.pk).email


def test_a_recipient_is_found_and_erased_from_the_orders_chosen() -> None:
    client = staff()
    order = order_at("delivered", recipient_name="Robin Quixfellow")
    alike = order_at("delivered", recipient_name="robin quixfellow", address_line_1="2 Elsewhere")
    other = order_at("delivered", recipient_name="Kim Zarbottle")
    found = client.post(reverse("admin:fulfilment_consignment_find"), {"text": "Quixfellow"}).content.decode()
    url = reverse("admin:fulfilment_consignment_erase_recipient", args=[order.pk])
    assert url in found

    page = client.get(url)
    chosen = [choice["pk"] for choice in page.context["choosing"]["choices"] if choice["chosen"]]
    assert set(chosen) == {order.pk, alike.pk}
    client.post(url, answers(page, orders=chosen))

    names = Order.objects.filter(pk__in=[order.pk, alike.pk, other.pk]).order_by("pk")
    assert list(names.values_list("recipient_name", flat=True)) == ["", "", "Kim Zarbottle"]
    assert order.account.email


def test_a_listed_address_is_erased_without_standing_in_a_url() -> None:
    client = staff()
    a_listing(emails=("office@lucerne.example",))
    page = client.post(INBOX, {"email": "Office@Lucerne.example"})
    assert "Email address on a CQC listing (1)" in page.content.decode()
    assert "CQC publishes it by law" in page.content.decode()
    done = client.post(INBOX, answers(page))
    assert "lucerne" not in done.headers["Location"]
    assert not ListedEmail.objects.exists()


def test_what_is_no_address_is_said() -> None:
    told = staff().post(INBOX, {"email": "office"})
    assert told.status_code == 422
    assert "Enter an email address, like name@example.com" in told.content.decode()


def test_the_officer_hears_that_dx_must_be_told_and_notes_that_dx_was() -> None:
    """Article 19: whoever was given the data hears of a correction or an erasure."""
    order, client = steps.verified_order(), staff()
    steps.sent_batch()
    user = order.account
    request = a_request(account=user, kind=DataRequest.Kind.ERASURE, now=timezone.now())
    other = a_request(account=user, kind=DataRequest.Kind.RECTIFICATION, now=timezone.now())
    page = client.get(page_of(user))
    assert "Tell DX to delete them" in page.content.decode()
    Order.objects.filter(pk=order.pk).update(state="delivered")

    erase_people(
        subject=DataSubject.of_account(user.pk), open_orders=OpenOrders.CANCEL, actor=Actor.user(StaffFactory()),
        now=timezone.now(),
    )  # fmt: skip

    request.refresh_from_db()
    other.refresh_from_db()
    assert (request.state, other.state, other.words) == ("met", "erased", "")
    assert other.events.latest("pk").kind == "close_erased"
    shown = client.get(reverse("admin:accounts_datarequest_change", args=[request.pk])).content.decode()
    assert "Tell DX to delete this person’s name and address" in shown
    client.post(reverse("admin:accounts_datarequest_told", args=[request.pk]))
    request.refresh_from_db()
    assert request.recipients_told_on == timezone.localdate()
    again = client.get(reverse("admin:accounts_datarequest_change", args=[request.pk])).content.decode()
    assert "Nothing. The request is closed." in again


def test_nobody_is_told_who_was_given_nothing() -> None:
    page = staff().get(page_of(placed_order().account))
    assert "Tell DX" not in page.content.decode()
    assert a_request(account=UserFactory(), kind=DataRequest.Kind.ERASURE, now=timezone.now()).tell_recipients == ""


def test_the_code_for_a_new_address_goes_with_the_account() -> None:
    """Until it is confirmed, the new address stands in the session and in the mail that is on its way, and nowhere else."""
    user, other = UserFactory(), UserFactory()
    clients = [sign_in(Client(), person) for person in (user, other)]
    for client, address in zip(clients, ("new@quixfellow.example", "new@zarbottle.example"), strict=True):
        client.post(reverse("account_email"), {"email": address, "action_add": ""})
    sealed = OutboxMessage.objects.filter(template=CONFIRM_NEW_ADDRESS, sealed_payload__isnull=False)
    assert sealed.count() == 2

    erase_people(
        subject=DataSubject.of_account(user.pk), open_orders=OpenOrders.CANCEL, actor=Actor.user(StaffFactory()),
        now=timezone.now(),
    )  # fmt: skip

    assert [unseal(mail.sealed_payload)["to"] for mail in sealed] == ["new@zarbottle.example"]


def test_an_officer_who_sends_a_batch_hears_of_people_erased_since_it_was_closed() -> None:
    order, _ = steps.verified_orders(2)
    batch = steps.closed_batch()
    page = reverse("admin:fulfilment_batch_sent", args=[batch.pk])
    client = staff(FULFILMENT_OFFICER)
    assert "was erased" not in client.get(page).content.decode()

    erase_people(
        subject=DataSubject.of_account(order.account_id), open_orders=OpenOrders.CANCEL,
        actor=Actor.user(StaffFactory()), now=timezone.now(),
    )  # fmt: skip

    told = client.get(page).content.decode()
    assert "was erased after it was closed" in told
    assert order.consignments.get().reference in told


@pytest.mark.parametrize(
    ("page", "role"),
    [
        ("admin:orders_order_cancel", CUSTOMER_SERVICE),
        ("admin:orders_order_hold", CUSTOMER_SERVICE),
        ("admin:orders_order_address", CUSTOMER_SERVICE),
        ("admin:accounts_user_details", CUSTOMER_SERVICE),
        ("admin:orders_orderproblem_answer", CUSTOMER_SERVICE),
        ("admin:fulfilment_consignment_came_back", FULFILMENT_OFFICER),
        ("admin:fulfilment_consignment_send_again", FULFILMENT_OFFICER),
    ],
)
def test_forms_about_a_restricted_person_say_so_before_they_are_filled_in(page: str, role: str) -> None:
    order = steps.verified_order()
    steps.sent_batch()
    problem = told(order)
    number = {
        "admin:accounts_user_details": order.account_id,
        "admin:orders_orderproblem_answer": problem.pk,
        "admin:fulfilment_consignment_came_back": order.consignments.get().pk,
        "admin:fulfilment_consignment_send_again": order.consignments.get().pk,
    }.get(page, order.pk)
    client = staff(role)
    assert "is limited" not in client.get(reverse(page, args=[number])).content.decode()
    restricted(order.account)
    assert "is limited" in client.get(reverse(page, args=[number])).content.decode()
