"""Customer service erases from its pages: a look first, a tick, and a receipt that names nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER, VERIFICATION_OFFICER
from badgeportal.privacy.models import ErasureLedgerEntry, PendingErasure
from orders.models import Order
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import order_at, placed_order
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
