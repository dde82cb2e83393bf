"""A reference opens nothing by itself: to everybody but the person who ordered there is no such page, whatever the method."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import roles
from orders.models import Order, OrderEvent
from tests.factories.user import StaffFactory, UserFactory
from tests.house.test_doors import patterns_of
from tests.journeys import placed_order

pytestmark = pytest.mark.django_db

# These are read and never posted to.
READ_ONLY = {"order_detail", "order_placed"}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def pages_of_an_order() -> list[str]:
    return sorted(
        name for name in patterns_of(get_resolver()) if "reference" in get_resolver().reverse_dict[name][0][0][1]
    )


def addresses(order: Order) -> dict[str, str]:
    return {name: reverse(name, args=[order.reference]) for name in pages_of_an_order()}


def test_there_are_such_pages_and_their_owner_opens_them(client: Client) -> None:
    order = placed_order()
    client.force_login(order.account)
    opened = {name for name, address in addresses(order).items() if client.get(address).status_code in (200, 302)}
    assert {"order_detail", "order_placed", "order_cancel", "order_address", "order_problem", "order_again"} <= opened


@pytest.mark.parametrize("who", ["another provider", roles.PORTAL_MANAGER, roles.DHSC_ANALYST])
@pytest.mark.parametrize("method", METHODS)
def test_another_persons_order_is_not_there(client: Client, who: str, method: str) -> None:
    order = placed_order()
    client.force_login(UserFactory() if who == "another provider" else StaffFactory(role=who))
    before = OrderEvent.objects.count(), order.state

    answers = {
        name: getattr(client, method)(address, {"cancel": "yes"} if method == "post" else None).status_code
        for name, address in addresses(order).items()
    }

    # A method that a page does not know is refused before anything is looked up.
    known = {"get": set(answers), "post": set(answers) - READ_ONLY}.get(method, set())
    assert {
        name: status for name, status in answers.items() if status not in ({404} if name in known else {404, 405})
    } == {}
    order.refresh_from_db()
    assert (OrderEvent.objects.count(), order.state) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_asked_to_sign_in_before_anything_is_looked_up(client: Client, method: str) -> None:
    order = placed_order()
    for mine in (order.reference, "CARE-2222-2222"):
        for name in set(pages_of_an_order()) - (READ_ONLY if method == "post" else set()):
            answer = getattr(client, method)(reverse(name, args=[mine]))
            assert answer.headers["Location"].startswith(reverse("account_login")), name
