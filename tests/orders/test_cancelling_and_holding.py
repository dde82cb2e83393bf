"""Cancelling, holding, lifting a hold, correcting the address."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from badgeportal.actor import Actor
from orders.cancelling import CancelReason, can_be_cancelled, cancel_order
from orders.correcting import correct_delivery_address
from orders.delivery_address import AddressDoesNotFit
from orders.holding import HOLDABLE_STATES, OrderCannotBeHeld, OrderIsNotHeld, hold_order, hold_orders, lift_hold
from orders.lifecycle import State, Who
from orders.models import Order, StockBalance
from orders.models.order import Hold
from orders.moves import OrderCannotMove
from tests.factories.user import StaffFactory
from tests.journeys import DELIVERY, JOB, order_at, placed_order

pytestmark = pytest.mark.django_db
BEFORE_THE_BATCH = {State.PLACED, State.CHECKING, State.AWAITING_PROVIDER, State.VERIFIED}


@pytest.fixture
def officer() -> Actor:
    return Actor.user(StaffFactory())


@pytest.mark.parametrize("state", list(State))
def test_a_provider_cancels_until_the_order_is_in_a_batch(state):
    order = order_at(state)
    assert can_be_cancelled(order, by=Who.PROVIDER) == (state in BEFORE_THE_BATCH)
    provider = Actor.user(order.account)
    if state not in BEFORE_THE_BATCH:
        with pytest.raises(OrderCannotMove) as told:
            cancel_order(order=order, by=Who.PROVIDER, actor=provider, now=timezone.now())
        assert told.value.state == state
        return
    cancel_order(order=order, by=Who.PROVIDER, actor=provider, now=timezone.now())
    assert (order.state, StockBalance.current().reserved) == (State.CANCELLED, 0)


def test_a_second_attempt_is_told_that_it_is_cancelled():
    order = placed_order()
    stale = Order.objects.get(pk=order.pk)
    provider = Actor.user(order.account)
    cancel_order(order=order, by=Who.PROVIDER, actor=provider, now=timezone.now())
    with pytest.raises(OrderCannotMove) as told:
        cancel_order(order=stale, by=Who.PROVIDER, actor=provider, now=timezone.now())
    assert told.value.state == stale.state == State.CANCELLED
    assert order.events.filter(kind="cancel").count() == 1


def test_staff_cancel_with_a_reason_also_what_came_back(officer):
    for state, kind in ((State.VERIFIED, "cancel"), (State.RETURNED, "cancel_returned")):
        order = order_at(state)
        cancel_order(order=order, by=Who.STAFF, actor=officer, now=timezone.now(), reason=CancelReason.DUPLICATE)
        event = order.events.last()
        assert (order.state, event.kind, event.reason, event.actor) == (
            State.CANCELLED,
            kind,
            "duplicate",
            str(officer),
        )
    assert StockBalance.current().reserved == 0


def test_cancelling_ends_a_hold(officer):
    order = placed_order()
    hold_order(order=order, actor=officer, now=timezone.now())
    cancel_order(order=order, by=Who.STAFF, actor=officer, now=timezone.now(), reason=CancelReason.PROVIDER_ASKED)
    assert (order.hold, order.held_at) == ("", None)


@pytest.mark.parametrize("state", list(State))
def test_a_hold_is_for_orders_that_are_not_packed(state, officer):
    order = order_at(state)
    if state in HOLDABLE_STATES:
        hold_order(order=order, actor=officer, now=timezone.now())
        assert (order.hold, order.state) == (Hold.OFFICER, state)
    else:
        with pytest.raises(OrderCannotBeHeld):
            hold_order(order=order, actor=officer, now=timezone.now())
        assert order.hold == ""


def test_a_held_order_is_in_no_pull_until_the_hold_is_lifted(officer):
    placed, verified = placed_order(), order_at("verified")
    for order in (placed, verified):
        hold_order(order=order, actor=officer, now=timezone.now())
    assert not Order.objects.awaiting_assessment().exists()
    assert not Order.objects.awaiting_dispatch().exists()
    for order in (placed, verified):
        lift_hold(order=order, actor=officer, now=timezone.now())
    assert [*Order.objects.awaiting_assessment(), *Order.objects.awaiting_dispatch()] == [placed, verified]
    assert [event.kind for event in placed.events.all()] == ["place", "hold", "lift_hold"]


def test_a_second_hold_or_lift_is_told_so(officer):
    order = placed_order()
    hold_order(order=order, actor=officer, now=timezone.now())
    with pytest.raises(OrderCannotBeHeld):
        hold_order(order=order, actor=officer, now=timezone.now())
    lift_hold(order=order, actor=officer, now=timezone.now())
    with pytest.raises(OrderIsNotHeld):
        lift_hold(order=order, actor=officer, now=timezone.now())


def test_many_orders_are_held_with_one_reason():
    orders = [order_at("verified") for _ in range(3)]
    with transaction.atomic():
        held = hold_orders(
            order_ids=[order.pk for order in orders], hold=Hold.ADDRESS_DOES_NOT_FIT, actor=JOB, now=timezone.now()
        )
    assert held == [order.pk for order in orders]
    assert Order.objects.held().count() == 3


def test_a_corrected_address_is_on_the_order_and_not_in_its_history(officer):
    order = placed_order()
    address = DELIVERY | {"address_line_1": "14 Station Road", "postcode": "LS2 7EW"}
    correct_delivery_address(order=order, address=address, actor=officer, now=timezone.now())
    assert (order.address_line_1, order.address_key) == ("14 Station Road", "LS27EW 14stationroad")
    event = order.events.last()
    assert (event.kind, event.reason, event.actor) == ("correct_address", "another_address", str(officer))


def test_an_address_that_does_not_fit_is_not_taken(officer):
    order = placed_order()
    with pytest.raises(AddressDoesNotFit):
        correct_delivery_address(
            order=order, address=DELIVERY | {"address_line_1": "x" * 60}, actor=officer, now=timezone.now()
        )
    order.refresh_from_db()
    assert order.address_line_1 == DELIVERY["address_line_1"]


@pytest.mark.parametrize("state", ["batched", "dispatched", "delivered", "refused", "cancelled"])
def test_the_address_of_a_packed_or_ended_order_stays(state, officer):
    order = order_at(state)
    with pytest.raises(OrderCannotMove):
        correct_delivery_address(order=order, address=DELIVERY, actor=officer, now=timezone.now())
