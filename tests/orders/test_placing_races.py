"""Many people at once, in real threads on real PostgreSQL. Each guard has a twin that shows what happens without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections
from django.db.models import F, Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from orders import stock
from orders.cancelling import cancel_order
from orders.drafts import save_answers
from orders.ledger import check_stock_ledger
from orders.lifecycle import Who
from orders.models import Order, OrderDraft, OrderEvent, StockBalance, StockMovement
from orders.moves import OrderCannotMove
from orders.placing import place_order
from orders.stock import NotEnoughBadges, StockChanged, receive_badges
from tests.factories.user import UserFactory
from tests.journeys import JOB, finished_draft, placed_order, stocked

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of `works` at the same moment, each on its own connection; returns what each returned or raised."""
    barrier = Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def do(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[number] = works[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [Thread(target=do, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def placing_of(draft: OrderDraft) -> Callable[[], Order]:
    return lambda: place_order(account=draft.account, draft_id=draft.pk, version=draft.version, now=timezone.now())


def test_the_last_badges_under_sixteen_orders_at_once_are_never_oversold():
    stocked(50)
    drafts = [finished_draft(quantity=10) for _ in range(16)]
    results = at_once([placing_of(draft) for draft in drafts])
    assert sum(isinstance(result, Order) for result in results) == 5
    assert sum(isinstance(result, NotEnoughBadges) for result in results) == 11
    assert Order.objects.aggregate(sold=Sum("quantity"))["sold"] == 50
    assert StockBalance.current().available == 0
    assert check_stock_ledger(now=timezone.now()) == []


def test_without_the_guard_the_same_orders_are_oversold(monkeypatch):
    """The twin: looking first and writing afterwards, with the constraint away, promises badges twice."""
    everybody_looked = Barrier(16)

    def look_then_write(*, on_hand: int, reserved: int) -> None:
        balance = StockBalance.current()
        everybody_looked.wait(timeout=30)
        if balance.available < reserved - on_hand:
            raise NotEnoughBadges(wanted=reserved, available=balance.available)
        StockBalance.objects.update(on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved)

    stocked(50)
    drafts = [finished_draft(quantity=10) for _ in range(16)]
    monkeypatch.setattr(stock, "_change_balance", look_then_write)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_stockbalance DROP CONSTRAINT stock_never_promised_twice")
    try:
        at_once([placing_of(draft) for draft in drafts])
        assert Order.objects.aggregate(sold=Sum("quantity"))["sold"] > 50
    finally:
        StockBalance.objects.update(on_hand=F("reserved"))
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE orders_stockbalance ADD CONSTRAINT stock_never_promised_twice CHECK (on_hand >= reserved)"
            )


def test_without_the_guard_the_constraint_still_stands(monkeypatch):
    def write_only(*, on_hand: int, reserved: int) -> None:
        StockBalance.objects.update(on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved)

    stocked(50)
    drafts = [finished_draft(quantity=10) for _ in range(16)]
    monkeypatch.setattr(stock, "_change_balance", write_only)
    results = at_once([placing_of(draft) for draft in drafts])
    assert sum(isinstance(result, Order) for result in results) == 5
    assert sum(isinstance(result, IntegrityError) for result in results) == 11


def test_one_draft_submitted_eight_times_at_once_is_one_order():
    stocked(100)
    draft = finished_draft()
    results = at_once([placing_of(draft)] * 8)
    assert len({result.pk for result in results}) == 1
    assert (Order.objects.count(), OrderEvent.objects.count(), StockBalance.current().reserved) == (1, 1, 10)


def test_without_the_lock_the_same_draft_becomes_several_orders(monkeypatch):
    """The twin: a draft that is read without its lock is placed by everybody who read it."""
    everybody_read = Barrier(4)

    class ReadWithoutLock:
        def __init__(self) -> None:
            self.objects = self

        def select_for_update(self) -> ReadWithoutLock:
            return self

        def filter(self, **which: Any) -> Any:
            return (
                _ReadTogether(OrderDraft.objects.filter(**which))
                if "account" in which
                else OrderDraft.objects.filter(**which)
            )

    class _ReadTogether:
        def __init__(self, rows: Any) -> None:
            self.rows = rows

        def first(self) -> OrderDraft | None:
            found = self.rows.first()
            everybody_read.wait(timeout=30)
            return found

    stocked(100)
    draft = finished_draft()
    monkeypatch.setattr("orders.placing.OrderDraft", ReadWithoutLock())
    at_once([placing_of(draft)] * 4)
    assert Order.objects.count() == 4


def test_first_pages_sent_at_once_make_one_draft():
    account = UserFactory()
    results = at_once([lambda: save_answers(account=account, answers={"cqc_registered": True}, now=timezone.now())] * 6)
    assert {result.pk for result in results} == {OrderDraft.objects.get(account=account).pk}


def test_cancelling_at_once_gives_the_badges_back_once():
    order = placed_order()
    before = StockBalance.current().available
    works = [
        lambda: cancel_order(
            order=Order.objects.get(pk=order.pk), by=Who.PROVIDER, actor=Actor.user(order.account), now=timezone.now()
        )
    ] * 6
    results = at_once(works)
    assert sum(isinstance(result, OrderCannotMove) for result in results) == 5
    assert StockBalance.current().available == before + order.quantity
    assert OrderEvent.objects.filter(order=order, kind="cancel").count() == 1


def test_a_delivery_recorded_twice_at_once_counts_once():
    after = StockMovement.objects.newest_by_hand()
    works = [lambda: receive_badges(quantity=500, reason="Delivery 7", actor=JOB, now=timezone.now(), after=after)] * 4
    results = at_once(works)
    assert sum(isinstance(result, StockChanged) for result in results) == 3
    assert StockBalance.current().on_hand == 500


def test_one_check_page_sent_six_times_at_once_is_one_order():
    """The same over HTTP, as an impatient person or a browser that tries again does it."""
    stocked(100)
    draft = finished_draft()
    client = Client()
    client.force_login(draft.account)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def submit() -> str:
        browser = Client()
        browser.cookies[settings.SESSION_COOKIE_NAME] = session
        return browser.post(reverse("order_check"), {"draft": str(draft.pk), "version": draft.version}).url

    results = at_once([submit] * 6)
    order = Order.objects.get()
    assert set(results) == {reverse("order_placed", args=[order.reference])}
