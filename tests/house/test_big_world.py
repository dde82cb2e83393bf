"""The world of the benches is one that the portal could have written: every constraint and trigger of the database is there."""

from __future__ import annotations

import pytest
from django.utils import timezone

from bench import big_plan, big_world
from fulfilment.models import Consignment
from fulfilment.references import parse_reference as parse_parcel
from orders.ledger import check_stock_ledger
from orders.lifecycle import State
from orders.models import Order, OrderEvent
from orders.reference import parse_reference
from tests.verification.worlds import a_listing
from verification.assessing import assess_orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> None:
    for number in range(40):
        a_listing(code=f"V{number:04}", name=f"Larkfield {number}", address_line_1=f"{number} High Street")
    big_world.write(big_plan.SMALLEST)


def test_a_small_one_adds_up_and_the_portal_goes_on_with_it(world: None) -> None:
    assert big_world.prove()
    assert check_stock_ledger(now=timezone.now()) == []
    waiting = Order.objects.awaiting_assessment().count()
    assert assess_orders(now=timezone.now()).assessed == waiting == big_plan.UNASSESSED
    assert check_stock_ledger(now=timezone.now()) == []


def test_its_references_are_well_formed_and_its_orders_in_every_stage(world: None) -> None:
    assert all(parse_reference(one) == one for one in Order.objects.values_list("reference", flat=True))
    assert all(parse_parcel(one) == one for one in Consignment.objects.values_list("reference", flat=True))
    passed = set(OrderEvent.objects.values_list("to_state", flat=True).distinct())
    assert {State.PLACED, State.CHECKING, State.VERIFIED, State.BATCHED, State.DISPATCHED, State.DELIVERED} <= passed
    assert {State.RETURNED, State.REFUSED, State.CANCELLED, State.AWAITING_PROVIDER} <= passed
