"""Finding an order reads an index for each thing it may be found by, never the whole table."""

import pytest
from django.db import connection

from orders.models import Order
from orders.search import matching
from tests.journeys import placed_order


@pytest.mark.django_db
def test_words_of_the_name_are_found_by_their_beginnings_whatever_accents_and_case() -> None:
    order = placed_order(organisation_name="Café Larkfield & Sons Ltd")

    for typed in ("larkfield", "LARK", "cafe sons", "Larkfield and Sons"):
        assert Order.objects.filter(matching(typed)).get() == order, typed
    for typed in ("field", "larkfield daughters"):
        assert not Order.objects.filter(matching(typed)).exists(), typed


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["larkfield", "someone@example.org", "LS1 1AA", "VLARK"])
def test_no_search_walks_through_every_order(typed: str) -> None:
    with connection.cursor() as cursor:
        # A table of no rows is read whole unless that is made dear; what cannot use an index is read whole all the same.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        plan = Order.objects.filter(matching(typed)).order_by().explain()

    assert "Seq Scan" not in plan
    assert "order_organisation_words" in plan


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["' | ! <-> :* \\", "a & !b", "lark:*|x", "Żółć", "Ltd"])
def test_nothing_typed_is_taken_for_a_query_language(typed: str) -> None:
    assert not Order.objects.filter(matching(typed)).exists()
