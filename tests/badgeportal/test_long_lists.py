"""Lists of staff stay quick however long their tables grow: bounded counts, and searches that are answered from an index."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import CUSTOMER_SERVICE
from badgeportal import bounded_paging
from badgeportal.bounded_paging import BoundedPaginator
from fulfilment.models import Consignment
from orders.models import Order, StockMovement
from orders.reference import new_reference
from orders.search import received_by
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment.steps import open_batch, verified_orders
from tests.journeys import placed_order
from tests.searching import search_list
from verification.models import Listing, ManualCheck

pytestmark = pytest.mark.django_db
PEOPLE = "admin:accounts_user_changelist"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(StaffFactory(role=CUSTOMER_SERVICE))
    return client


@pytest.mark.parametrize(("people", "counted", "more"), [(2, 2, False), (3, 3, False), (4, 3, True)])
def test_a_list_is_counted_as_far_as_it_is_shown(monkeypatch: Any, people: int, counted: int, more: bool) -> None:
    monkeypatch.setattr(bounded_paging, "MOST_COUNTED", 3)
    UserFactory.create_batch(people)
    paginator = BoundedPaginator(User.objects.order_by("pk"), 2)

    assert (paginator.count, paginator.has_more, paginator.num_pages) == (counted, more, (counted + 1) // 2)


@pytest.mark.parametrize(("people", "told"), [(3, False), (4, True)])
def test_staff_are_told_that_a_list_goes_on(desk: Client, monkeypatch: Any, people: int, told: bool) -> None:
    monkeypatch.setattr(bounded_paging, "MOST_COUNTED", 3)
    UserFactory.create_batch(people)

    assert ("There are more than the 3 listed here" in desk.get(reverse(PEOPLE)).content.decode()) is told


SEARCHES = {
    "people": lambda: User.objects.matching("zebediah"),
    "people by email": lambda: User.objects.matching("someone@example.org"),
    "listings": lambda: Listing.objects.matching("larkfield"),
    "parcels": lambda: Consignment.objects.matching("CB23456789ABC"),
    "orders by who receives them": lambda: Order.objects.filter(received_by("robin")),
    "checks": lambda: ManualCheck.objects.matching("larkfield"),
    "stock by order": lambda: StockMovement.objects.matching(new_reference()),
    "stock by reason": lambda: StockMovement.objects.matching("delivery"),
    "held orders": lambda: Order.objects.held(),
    "parcels on their way": lambda: Consignment.objects.on_its_way(),
}


@pytest.mark.parametrize("search", SEARCHES)
def test_no_search_of_staff_reads_a_whole_table(search: str) -> None:
    rows: QuerySet[Any] = SEARCHES[search]()
    with connection.cursor() as cursor:
        # An empty table is read whole unless that is made dear; what cannot use an index is read whole all the same.
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows.order_by().explain()

    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    "typed", ["zebediah", "UNUSUAL", "zeb unus", "day centre", "zebediah@ex", "Zebediah@Example.org "]
)
def test_people_are_found_by_words_and_by_how_the_address_begins(desk: Client, typed: str) -> None:
    person = UserFactory(name="Zebediah Unusual", organisation="Sunrise Day Centre", email="zebediah@example.org")
    UserFactory(name="Somebody Else", organisation="Other Place")

    assert list(search_list(desk, reverse(PEOPLE), typed).context["cl"].result_list) == [person]


@pytest.mark.parametrize("typed", ["bediah", "example.org", "' | ! <-> :* \\", "!"])
def test_people_are_not_found_by_the_middle_of_a_word_nor_by_signs(desk: Client, typed: str) -> None:
    UserFactory(name="Zebediah Unusual", organisation="Sunrise Day Centre", email="zebediah@example.org")

    assert list(search_list(desk, reverse(PEOPLE), typed).context["cl"].result_list) == []


def test_stock_is_found_by_order_or_by_reason() -> None:
    order, other = placed_order(), placed_order()

    assert {movement.order_id for movement in StockMovement.objects.matching(order.reference)} == {order.pk}
    assert {movement.kind for movement in StockMovement.objects.matching("opening deliv")} == {"received"}
    assert other.stock_movements.count() == 1


def test_a_parcel_is_found_by_its_own_reference_and_by_its_order() -> None:
    verified_orders(2)
    parcel = open_batch().consignments.earliest("pk")

    assert list(Consignment.objects.matching(parcel.reference.lower())) == [parcel]
    assert list(Consignment.objects.matching(parcel.order.reference)) == [parcel]
    assert not Consignment.objects.matching("").exists()
