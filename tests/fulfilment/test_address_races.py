"""A provider changes the address while the batch run takes the order, on two real connections; a twin shows the race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from badgeportal.actor import Actor
from fulfilment import batches
from fulfilment.batches import create_batch
from orders import correcting
from orders.correcting import ADDRESS_FIELDS, change_delivery_address
from orders.lifecycle import State, Who
from orders.models import Order
from orders.moves import OrderCannotMove
from orders.problems import ToldAlready, report_problem
from tests.fulfilment.steps import JOB, NOW, verified_order
from tests.journeys import placed_order

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WAIT = 20


class Elsewhere:
    """Work on a connection of its own; what it returned or raised is in `result`."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.result: Any = None
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except Exception as fault:
            self.result = fault
        finally:
            connection.close()

    def wait_until_done_or_blocked(self) -> None:
        while self._thread.is_alive() and not _somebody_waits_for_a_lock():
            self._thread.join(0.01)

    def join(self) -> Any:
        self._thread.join(WAIT)
        assert not self._thread.is_alive()
        return self.result


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def moving(order: Order) -> Callable[[], bool]:
    address = {name: getattr(order, name) for name in ADDRESS_FIELDS} | {"address_line_1": "99 New Road"}
    actor = Actor.user(order.account)
    return lambda: change_delivery_address(order=order, address=address, actor=actor, now=NOW)


def change_while_the_batch_is_made(monkeypatch: pytest.MonkeyPatch) -> tuple[Order, Any]:
    """The batch run has locked the order and looked at its address; then its provider changes it. Returns both outcomes."""
    order = verified_order()
    begun: list[Elsewhere] = []
    real = batches.pull_waiting_orders

    def and_then_change(*args: Any) -> Any:
        found = real(*args)
        begun.append(Elsewhere(moving(order)))
        begun[0].wait_until_done_or_blocked()
        return found

    monkeypatch.setattr(batches, "pull_waiting_orders", and_then_change)
    create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)
    told = begun[0].join()
    return Order.objects.get(pk=order.pk), told


def test_an_address_is_not_changed_under_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    order, told = change_while_the_batch_is_made(monkeypatch)
    assert isinstance(told, OrderCannotMove)
    assert (told.state, order.state, order.address_line_1 == "99 New Road") == (State.BATCHED, State.BATCHED, False)


def test_without_the_lock_a_packed_order_gets_an_address_that_nobody_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the state is read without waiting for the batch run, and the address is written after it."""
    monkeypatch.setattr(correcting, "_lock", lambda order: Order.objects.get(pk=order.pk))
    monkeypatch.setattr(correcting, "move_order", lambda **_: None)
    order, told = change_while_the_batch_is_made(monkeypatch)
    assert told is True
    assert (order.state, order.address_line_1) == (State.BATCHED, "99 New Road")


def test_a_batch_run_passes_by_an_order_whose_address_is_being_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    order, other = verified_order(), verified_order()
    begun: list[Elsewhere] = []
    real = correcting._lock

    def and_then_batch(locked: Order) -> Order:
        found = real(locked)
        begun.append(Elsewhere(lambda: create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)))
        begun[0].wait_until_done_or_blocked()
        return found

    monkeypatch.setattr(correcting, "_lock", and_then_batch)
    moving(order)()
    assert begun[0].join().orders == 1
    states = Order.objects.in_bulk([order.pk, other.pk])
    assert (states[order.pk].state, states[other.pk].state) == (State.PLACED, State.BATCHED)


def test_two_messages_at_once_are_one_problem() -> None:
    order = placed_order()
    actor = Actor.user(order.account)
    both = [
        Elsewhere(lambda: report_problem(order=order, kind="damaged", text="Bent", actor=actor, now=NOW))
        for _ in range(2)
    ]
    outcomes = [one.join() for one in both]
    assert sum(isinstance(outcome, ToldAlready) for outcome in outcomes) == 1
    assert order.problems.count() == 1
