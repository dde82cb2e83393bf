"""Two people, or a person and a provider, at the same moment, on two real connections; each with a twin that shows the race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection

from badgeportal.actor import Actor
from fulfilment import batches, sending
from fulfilment.batches import create_batch
from fulfilment.faults import BatchIsElsewhere, OrdersChangedUnderneath
from fulfilment.models import Batch, Consignment
from fulfilment.models.batch import BatchQuerySet
from fulfilment.sending import cancel_batch, mark_batch_sent
from orders import cancelling
from orders.cancelling import cancel_order
from orders.ledger import check_stock_ledger
from orders.lifecycle import Who
from orders.models import Order
from orders.moves import OrderCannotMove
from tests.fulfilment.steps import JOB, NOW, closed_batch, load, state_of, verified_order, verified_orders

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WAIT = 20


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each of `actions` returned or raised, run in threads of their own."""
    outcomes: list[Any] = [None] * len(actions)

    def run(place: int, action: Callable[[], Any]) -> None:
        try:
            outcomes[place] = action()
        except Exception as fault:
            outcomes[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive()
    return outcomes


def meet_after(monkeypatch: pytest.MonkeyPatch, target: Any, name: str) -> None:
    """Let two threads both finish `target.name` before either goes on."""
    barrier = threading.Barrier(2, timeout=WAIT)
    real = getattr(target, name)

    def and_wait(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        barrier.wait()
        return found

    monkeypatch.setattr(target, name, and_wait)


def run_batch(limit: int | None = None) -> Any:
    return create_batch(limit=limit, actor=JOB, by=Who.SYSTEM, now=NOW)


def no_lock(limit: int | None) -> list[Order]:
    return list(Order.objects.awaiting_dispatch()[:limit])


@pytest.mark.parametrize("limit", [None, 3])
def test_two_batch_runs_at_once_take_no_order_twice_and_lose_none(monkeypatch, limit):
    orders = verified_orders(6)
    meet_after(monkeypatch, batches, "pull_waiting_orders")
    first, second = at_once(lambda: run_batch(limit), lambda: run_batch(limit))
    assert first.orders + second.orders == 6
    taken = list(Consignment.objects.values_list("order_id", flat=True))
    assert sorted(taken) == sorted(order.pk for order in orders)
    assert Batch.objects.count() == (1 if limit is None else 2)
    assert check_stock_ledger(now=NOW) == []


def test_without_the_lock_both_runs_see_the_same_orders_and_the_constraint_is_the_last_wall(monkeypatch):
    verified_orders(3)
    monkeypatch.setattr(batches, "pull_waiting_orders", no_lock)
    meet_after(monkeypatch, batches, "pull_waiting_orders")
    outcomes = at_once(run_batch, run_batch)
    (fault,) = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(fault, IntegrityError)
    assert "consignment_one_live_for_each_order" in str(fault)
    assert Consignment.objects.count() == 3
    assert Batch.objects.count() == 1


def test_a_provider_who_cancels_while_the_order_is_being_batched_is_too_late(monkeypatch):
    order = verified_order()
    pulled = threading.Event()
    real = batches.pull_waiting_orders

    def pull_and_tell(limit: int | None) -> list[Order]:
        found = real(limit)
        pulled.set()
        return found

    monkeypatch.setattr(batches, "pull_waiting_orders", pull_and_tell)

    def cancel() -> None:
        assert pulled.wait(WAIT)
        cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=NOW)

    run, cancelled = at_once(run_batch, cancel)
    assert run.orders == 1
    assert isinstance(cancelled, OrderCannotMove)
    assert state_of(order) == "batched"
    assert check_stock_ledger(now=NOW) == []


def cancel_while_batching(monkeypatch: pytest.MonkeyPatch, order: Order) -> list[Any]:
    """The provider's cancellation is written but not committed when the batch run starts, and commits when it has pulled."""
    written, pulled = threading.Event(), threading.Event()
    real_kick, real_pull = cancelling.kick, batches.pull_waiting_orders

    def tell_and_wait(task: str) -> None:
        real_kick(task)
        written.set()
        assert pulled.wait(WAIT)

    def pull_after(limit: int | None) -> list[Order]:
        assert written.wait(WAIT)
        found = real_pull(limit)
        pulled.set()
        return found

    monkeypatch.setattr(cancelling, "kick", tell_and_wait)
    monkeypatch.setattr(batches, "pull_waiting_orders", pull_after)
    return at_once(
        run_batch, lambda: cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=NOW)
    )


def test_a_batch_run_leaves_an_order_that_is_just_being_cancelled(monkeypatch):
    order = verified_order()
    run, cancelled = cancel_while_batching(monkeypatch, order)
    assert cancelled is None
    assert run.batch is None
    assert state_of(order) == "cancelled"
    assert check_stock_ledger(now=NOW) == []


def test_without_the_lock_it_takes_the_cancelled_order_and_must_give_up_at_the_last_moment(monkeypatch):
    order = verified_order()
    monkeypatch.setattr(batches, "pull_waiting_orders", no_lock)
    run, cancelled = cancel_while_batching(monkeypatch, order)
    assert cancelled is None
    assert isinstance(run, OrdersChangedUnderneath)
    assert state_of(order) == "cancelled"
    assert not Batch.objects.exists()


def send_and_cancel(batch: Batch) -> list[Any]:
    return at_once(
        lambda: mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW),
        lambda: cancel_batch(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW),
    )


def test_one_sends_and_one_cancels_a_batch_and_one_of_them_wins_whole(monkeypatch):
    orders = verified_orders(2)
    batch = closed_batch()
    outcomes = send_and_cancel(batch)
    assert sum(isinstance(outcome, BatchIsElsewhere) for outcome in outcomes) == 1
    assert 2 in outcomes
    batch.refresh_from_db()
    expected = {"sent": "dispatched", "cancelled": "verified"}[batch.state]
    assert [state_of(order) for order in orders] == [expected] * 2
    assert check_stock_ledger(now=NOW) == []


def test_without_the_lock_both_go_ahead_and_the_constraint_is_the_last_wall(monkeypatch):
    verified_orders(2)
    batch = closed_batch()
    monkeypatch.setattr(BatchQuerySet, "locked", lambda self, pk: self.get(pk=pk))
    meet_after(monkeypatch, BatchQuerySet, "locked")
    outcomes = send_and_cancel(batch)
    (fault,) = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(fault, IntegrityError)
    assert "has_its_time" in str(fault)
    assert check_stock_ledger(now=NOW) == []


def test_two_officers_close_one_batch_and_it_is_frozen_once(monkeypatch):
    verified_orders(2)
    batch = run_batch().batch

    def close() -> Batch:
        return sending.close_batch(batch_id=batch.pk, actor=JOB, now=NOW)

    outcomes = at_once(close, close)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Batch", "BatchIsElsewhere"]


def test_the_same_tracking_file_loaded_twice_at_once_counts_each_event_once():
    verified_orders(3)
    rows = [f"{parcel.reference},L1,Delivered,04/11/2026 11:00" for parcel in closed_batch().consignments.all()]
    outcomes = at_once(lambda: load(*rows), lambda: load(*rows))
    assert sorted((outcome.new, outcome.repeated) for outcome in outcomes) == [(0, 3), (3, 0)]
    assert set(Order.objects.values_list("state", flat=True)) == {"delivered"}
    assert check_stock_ledger(now=NOW) == []
