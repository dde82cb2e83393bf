"""A crash at any statement of any action, and then the same work again: no order twice, none lost, stock adds up."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from fulfilment import batches
from fulfilment.batches import create_batch, take_out_of_batch
from fulfilment.dx_file import dx_file
from fulfilment.models import Batch, Consignment, Disclosure, TrackingImport
from fulfilment.sending import cancel_batch, close_batch, mark_batch_sent
from orders.ledger import check_stock_ledger
from orders.lifecycle import Who
from orders.models import Order, OrderEvent
from tests.fulfilment.steps import JOB, NOW, closed_batch, load, open_batch, sent_batch, verified_orders


class Crash(Exception):
    """The process ends here."""


@contextmanager
def crash_at(statement: int) -> Iterator[None]:
    """Raise Crash instead of running the statement of that number, and never again."""
    seen = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Crash
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def the_world_is_whole() -> None:
    """What must hold after every crash, before anybody mends anything."""
    live = Counter(Consignment.objects.live().values_list("order_id", flat=True))
    for order in Order.objects.all():
        assert live[order.pk] == (1 if order.state in ("batched", "dispatched", "delivered") else 0), order.state
    for batch in Batch.objects.all():
        parcels = batch.consignments.all()
        assert len(parcels) == batch.orders_count
        if batch.state in ("closed", "sent"):
            assert dx_file(batch)
    assert check_stock_ledger(now=NOW) == []
    imports = TrackingImport.objects.all()
    assert all(found.rows == found.new + found.repeated + found.unknown + found.failed for found in imports)


def work_on() -> None:
    """What an operator does next: go on with what is there, take what waits, send it all, load DX's file."""
    create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)
    for batch in Batch.objects.unfinished():
        if batch.state == Batch.State.OPEN and batch.orders_count:
            close_batch(batch_id=batch.pk, actor=JOB, now=NOW)
        elif batch.state == Batch.State.OPEN:
            cancel_batch(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW)
            continue
        mark_batch_sent(batch_id=batch.pk, actor=JOB, by=Who.SYSTEM, now=NOW)
    load(*rows_of_all())


def rows_of_all() -> list[str]:
    return [f"{parcel.reference},L1,Delivered,04/11/2026 11:00" for parcel in Consignment.objects.live()]


def everybody_got_their_badges_once() -> None:
    for order in Order.objects.all():
        assert order.state == "delivered"
        kinds = Counter(OrderEvent.objects.filter(order=order).values_list("kind", flat=True))
        assert (kinds["dispatch"], kinds["deliver"]) == (1, 1)
    assert Disclosure.objects.count() == Order.objects.count()
    the_world_is_whole()


def create() -> None:
    create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)


def close() -> None:
    close_batch(batch_id=Batch.objects.get().pk, actor=JOB, now=NOW)


def send() -> None:
    mark_batch_sent(batch_id=Batch.objects.get().pk, actor=JOB, by=Who.SYSTEM, now=NOW)


def cancel() -> None:
    cancel_batch(batch_id=Batch.objects.get().pk, actor=JOB, by=Who.SYSTEM, now=NOW)


def take_out() -> None:
    parcel = Consignment.objects.first()
    assert parcel is not None
    take_out_of_batch(consignment_id=parcel.pk, actor=JOB, by=Who.SYSTEM, now=NOW)


def track() -> None:
    load(*rows_of_all(), "unknown,L1,Delivered,04/11/2026 11:00")


def nothing() -> None:
    """The orders are verified and wait."""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "action"),
    [
        (nothing, create),
        (open_batch, close),
        (open_batch, take_out),
        (open_batch, cancel),
        (closed_batch, cancel),
        (closed_batch, send),
        (closed_batch, track),
        (sent_batch, track),
    ],
    ids=lambda step: step.__name__,
)
def test_a_crash_at_any_statement_loses_nothing_and_doubles_nothing(before, action):
    verified_orders(2)
    before()
    start = transaction.savepoint()
    statement, finished = 0, False
    while not finished:
        statement += 1
        with crash_at(statement):
            try:
                action()
                finished = True
            except Crash:
                pass
        the_world_is_whole()
        work_on()
        everybody_got_their_badges_once()
        transaction.savepoint_rollback(start)
    assert statement > 5


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_run_whose_connection_dies_half_way_leaves_no_trace_and_the_next_one_does_it_all(monkeypatch):
    verified_orders(3)
    real = batches._add_consignments
    faults: list[Exception] = []

    def add_and_die(batch: Batch, orders: Any) -> None:
        real(batch, orders)
        mine = connection.connection.info.backend_pid
        killer = connections.create_connection("default")
        with killer.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
        killer.close()

    def run() -> None:
        try:
            create()
        except OperationalError as fault:
            faults.append(fault)
        finally:
            connection.close()

    with monkeypatch.context() as patched:
        patched.setattr(batches, "_add_consignments", add_and_die)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(20)
    assert len(faults) == 1
    assert not Batch.objects.exists()
    assert not Consignment.objects.exists()
    work_on()
    everybody_got_their_badges_once()
