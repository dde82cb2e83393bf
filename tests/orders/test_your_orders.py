"""What a person sees of their own orders, and that it is nobody else's."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from orders.holding import hold_order
from orders.lifecycle import UNPACKED_STATES, State
from orders.models import Order
from orders.models.order import Hold
from orders.timeline import status_of
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import order_at, placed_order
from tests.orders.pages import text_of

pytestmark = pytest.mark.django_db
PAGES = ("order_detail", "order_placed", "order_cancel")


@pytest.fixture
def account():
    return UserFactory()


@pytest.fixture
def provider(client, account):
    client.force_login(account)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_somebody_elses_order_is_not_found(client, page):
    order = placed_order()
    client.force_login(UserFactory())
    url = reverse(page, args=[order.reference])
    assert client.get(url).status_code == 404
    if page == "order_cancel":
        assert client.post(url).status_code == 404
        order.refresh_from_db()
        assert order.state == State.PLACED


@pytest.mark.parametrize("page", PAGES)
def test_staff_have_no_way_in_through_the_provider_pages(client, page):
    order = placed_order()
    client.force_login(StaffFactory())
    assert client.get(reverse(page, args=[order.reference])).status_code == 404


@pytest.mark.parametrize("reference", ["CARE-2345-6789", "nonsense", "CARE-0000-0000"])
def test_what_is_no_reference_is_not_found(provider, reference):
    assert provider.get(reverse("order_detail", args=[reference])).status_code == 404


def test_a_reference_typed_in_small_letters_is_found(provider, account):
    order = placed_order(account)
    assert provider.get(reverse("order_detail", args=[order.reference.lower()])).status_code == 200


@pytest.mark.promise("user-name")
@pytest.mark.parametrize("state", list(State))
def test_the_page_of_an_order_in_each_state(provider, account, state):
    order = order_at(state, account)
    page = text_of(provider.get(reverse("order_detail", args=[order.reference])))
    status = status_of(order)
    assert status.label in page
    assert status.next in page
    assert "You placed this order." in page
    assert ("Cancel this order" in page) == (state in UNPACKED_STATES)


def test_the_timeline_is_newest_first_with_london_times(provider, account):
    when = datetime.fromisoformat("2026-07-01T22:30:00+00:00")
    order = order_at("checking", account, now=when)
    page = text_of(provider.get(reverse("order_detail", args=[order.reference])))
    assert page.index("needs a check by a person") < page.index("You placed this order")
    assert "1 July 2026 at 11:30pm" in page


def test_an_order_held_for_its_address_says_so(provider, account):
    order = order_at("verified", account)
    hold_order(order=order, actor=Actor.user(StaffFactory()), now=timezone.now(), hold=Hold.ADDRESS_DOES_NOT_FIT)
    assert "do not fit the courier’s label" in text_of(provider.get(reverse("order_detail", args=[order.reference])))


def test_an_officers_hold_is_not_told(provider, account):
    order = order_at("verified", account)
    hold_order(order=order, actor=Actor.user(StaffFactory()), now=timezone.now())
    page = text_of(provider.get(reverse("order_detail", args=[order.reference])))
    assert "held" not in page.lower()
    assert "hold" not in page.lower()


def test_the_list_is_paginated_newest_first_in_a_fixed_number_of_statements(
    provider, account, django_assert_max_num_queries
):
    orders = [placed_order(account) for _ in range(23)]
    # Session, account, count, orders, draft.
    with django_assert_max_num_queries(6):
        first = provider.get(reverse("your_orders"))
    second = provider.get(f"{reverse('your_orders')}?page=2")
    shown = [reference for page in (first, second) for reference in references(page)]
    assert shown == [order.reference for order in reversed(orders)]
    assert 'href="?page=2"' in first.content.decode()
    assert provider.get(f"{reverse('your_orders')}?page=999").status_code == 200


def references(page) -> list[str]:
    return [row["order"].reference for row in page.context["rows"]]


def test_only_ones_own_orders_are_listed(provider, account):
    mine = placed_order(account)
    placed_order()
    assert references(provider.get(reverse("your_orders"))) == [mine.reference]


def test_a_person_without_orders_is_told_so(provider):
    assert "You have not ordered any badges yet" in text_of(provider.get(reverse("your_orders")))


def test_cancelling_asks_first_and_then_does_it_once(provider, account):
    order = placed_order(account)
    url = reverse("order_cancel", args=[order.reference])
    assert "Are you sure" in text_of(provider.get(url))
    assert Order.objects.get().state == State.PLACED
    assert "is cancelled. Nothing will be sent" in text_of(provider.post(url, follow=True))
    assert "is already cancelled" in text_of(provider.post(url, follow=True))
    assert "is already cancelled" in text_of(provider.get(url, follow=True))
    assert order.events.filter(kind="cancel").count() == 1


@pytest.mark.parametrize("state", [State.BATCHED, State.DISPATCHED])
def test_an_order_that_is_packed_tells_where_it_is_instead(provider, account, state):
    order = order_at(state, account)
    page = text_of(provider.post(reverse("order_cancel", args=[order.reference]), follow=True))
    assert "can no longer be cancelled" in page
    assert status_of(order).label.lower() in page
    order.refresh_from_db()
    assert order.state == state
