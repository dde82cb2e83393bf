"""The ledger and the balance: always equal, never below what is promised, and proven by the sweep."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from orders.ledger import STOCK_FAULT_FOUND, check_stock_ledger
from orders.lifecycle import MOVES, State, Who
from orders.models import OrderEvent, StockBalance, StockMovement
from orders.moves import move_orders
from orders.stock import NotEnoughBadges, StockChanged, correct_stock, receive_badges, write_off_badges
from orders.tasks import check_ledger_task
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import JOB, order_at, placed_order, stocked

pytestmark = pytest.mark.django_db
BY_HAND = {"reason": "Count of 3 May", "actor": JOB, "now": timezone.now()}


def test_badges_come_and_go_with_a_reason():
    receive_badges(quantity=100, **BY_HAND)
    write_off_badges(quantity=10, **BY_HAND)
    correct_stock(change=-5, **BY_HAND)
    correct_stock(change=2, **BY_HAND)
    assert (StockBalance.current().on_hand, check_stock_ledger(now=timezone.now())) == (87, [])
    assert list(StockMovement.objects.order_by("pk").values_list("kind", flat=True)) == [
        "received", "written_off", "corrected", "corrected",
    ]  # fmt: skip


@pytest.mark.parametrize("quantity", [0, -1])
def test_amounts_are_above_zero(quantity):
    for action in (receive_badges, write_off_badges):
        with pytest.raises(ValueError, match="more than 0"):
            action(quantity=quantity, **BY_HAND)
    with pytest.raises(ValueError, match="must change"):
        correct_stock(change=0, **BY_HAND)


def test_a_movement_by_hand_without_a_reason_is_refused():
    with pytest.raises(ValueError, match="needs a reason"):
        receive_badges(quantity=1, reason="  ", actor=JOB, now=timezone.now())
    assert not StockMovement.objects.exists()


def test_what_is_promised_cannot_be_taken_away():
    stocked(100)
    placed_order(quantity=60)
    for action, amount in ((write_off_badges, {"quantity": 41}), (correct_stock, {"change": -41})):
        with pytest.raises(NotEnoughBadges) as short:
            action(**amount, **BY_HAND)
        assert (short.value.wanted, short.value.available) == (41, 40)
    assert check_stock_ledger(now=timezone.now()) == []


def test_a_form_sent_twice_counts_once():
    shown = StockMovement.objects.newest_by_hand()
    receive_badges(quantity=100, after=shown, **BY_HAND)
    with pytest.raises(StockChanged):
        receive_badges(quantity=100, after=shown, **BY_HAND)
    assert StockBalance.current().on_hand == 100


def test_orders_placed_meanwhile_do_not_disturb_a_movement_by_hand():
    stocked(100)
    shown = StockMovement.objects.newest_by_hand()
    placed_order()
    receive_badges(quantity=5, after=shown, **BY_HAND)
    assert StockBalance.current().on_hand == 105


@pytest.mark.parametrize(
    ("columns", "faults"),
    [
        ({"on_hand": F("on_hand") + 1}, ["on_hand_differs"]),
        ({"reserved": F("reserved") - 1}, ["reserved_differs", "orders_differ"]),
    ],
)
@pytest.mark.planted_fault("orders.check_stock_ledger")
def test_a_planted_fault_of_the_balance_is_found_and_recorded(columns, faults, caplog):
    placed_order()
    StockBalance.objects.update(**columns)
    assert check_ledger_task() == faults
    events = AuditEvent.objects.filter(kind=STOCK_FAULT_FOUND)
    assert [event.details["fault"] for event in events] == faults
    assert {event.actor for event in events} == {"system:check-stock-ledger"}
    assert "stock_fault" in json.dumps([str(record.msg) for record in caplog.records])


def test_an_order_whose_badges_were_never_reserved_is_found():
    order = placed_order()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order SET quantity = quantity + 3 WHERE id = %s", [order.pk])
    assert check_stock_ledger(now=timezone.now()) == ["orders_differ"]


def test_every_state_leaves_ledger_and_orders_in_agreement():
    for state in State:
        order_at(state)
    assert check_stock_ledger(now=timezone.now()) == []
    assert not AuditEvent.objects.filter(kind=STOCK_FAULT_FOUND).exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([name for name, move in MOVES.items() if move.sources]), min_size=5, max_size=40),
    st.randoms(),
)
def test_after_any_moves_in_any_order_everything_adds_up(names, chance):
    """A walk over the lifecycle: after each step ledger = balance, reserved = open orders, and nothing is below zero."""
    officer = StaffFactory()
    ids = [placed_order(UserFactory(), quantity=chance.randint(1, 30)).pk for _ in range(4)]
    for name in names:
        by = min(MOVES[name].who, key=lambda who: who.value)
        with transaction.atomic():
            move_orders(
                move=name,
                order_ids=chance.sample(ids, k=2),
                by=by,
                actor=JOB if by is Who.SYSTEM else Actor.user(officer),
                now=timezone.now(),
                changes={"refused_by": officer, "refusal_reason": "duplicate"} if name == "refuse" else {},
            )
        assert check_stock_ledger(now=timezone.now()) == []
        assert StockBalance.current().available >= 0


@pytest.mark.parametrize("model", [OrderEvent, StockMovement])
def test_history_and_ledger_are_written_once(model):
    row = {OrderEvent: placed_order().events.first, StockMovement: StockMovement.objects.first}[model]()
    for change in (lambda: model.objects.filter(pk=row.pk).update(actor="user:1"), row.delete):
        with pytest.raises((IntegrityError, InternalError), match="written once"), transaction.atomic():
            change()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.maintenance = 'on'")
        assert model.objects.filter(pk=row.pk).update(actor="user:1") == 1
