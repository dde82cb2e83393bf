"""A crash at any statement of an action leaves nothing half done, and doing it again finishes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection

from badgeportal.actor import Actor
from badgeportal.outbox.models import OutboxMessage
from orders.ledger import check_stock_ledger
from orders.lifecycle import State
from orders.models import Order, OrderEvent
from tests.verification.worlds import FOUND, NOW, a_listing, assessed, cqc_order, later, manager, officer, other_order
from verification.assessing import assess_orders
from verification.checking.deciding import approve_check, refuse_check
from verification.correcting import correct_ods_code
from verification.inbox_links import ask_listed_inbox
from verification.models import Assessment, ListedInboxLink, ManualCheck, RefusalReason
from verification.reassessing import reassess_open_checks

pytestmark = pytest.mark.django_db


class Crash(DatabaseError):
    """The connection is lost here; Django undoes the transaction also when it happens at the commit."""


@contextmanager
def crash_at(statement: int) -> Iterator[None]:
    """Raise Crash instead of running the statement of that number, and never again: what undoes the work must run."""
    seen = -1

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Crash
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def the_world_is_whole() -> None:
    """What must hold after every crash: orders, checks, events, mails and stock agree."""
    for order in Order.objects.all():
        open_checks = order.manual_checks.filter(closed_at=None).count()
        assert open_checks == (1 if order.state == State.CHECKING else 0), order.state
        # A code can be corrected again; every other event happens once.
        kinds = list(order.events.exclude(kind="correct_ods_code").values_list("kind", flat=True))
        assert len(kinds) == len(set(kinds))
        assert order.assessments.exists() == (order.state != State.PLACED)
        mails = OutboxMessage.objects.filter(subject_type="orders.order", subject_id=order.pk).count()
        assert mails == len(kinds)
    assert check_stock_ledger(now=NOW) == []
    asked = ListedInboxLink.objects.count()
    assert OutboxMessage.objects.filter(template="listed_inbox_link").count() == asked


def everywhere(action: Callable[[], object], *, done: Callable[[], bool]) -> None:
    """Crash at the first statement of `action`, the second, and so on; after each, the world is whole; then it is done."""
    statement = 0
    while not done():
        try:
            with crash_at(statement):
                action()
        except Crash:
            pass
        the_world_is_whole()
        statement += 1
        assert statement < 200
    assert statement > 5
    the_world_is_whole()


def test_assessing() -> None:
    account = manager()
    a_listing(emails=(account.email,))
    orders = [cqc_order(account), cqc_order(ods_code="VN6C2", account=manager("b@b.example")), other_order(quantity=40)]
    orders.append(other_order(quantity=5))

    everywhere(lambda: assess_orders(now=NOW), done=lambda: not Order.objects.filter(state=State.PLACED).exists())
    assert Assessment.objects.count() == len(orders)
    assert OrderEvent.objects.filter(kind__in=["verify", "send_to_check"]).count() == len(orders)


def test_comparing_again() -> None:
    account = manager()
    assessed(cqc_order(account))
    assessed(cqc_order(manager("b@b.example")))
    a_listing(emails=(account.email,))

    everywhere(
        lambda: reassess_open_checks(now=later(days=1)),
        done=lambda: Order.objects.filter(state=State.VERIFIED).exists(),
    )
    assert Assessment.objects.count() == 4


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_deciding(decision: str) -> None:
    order, asha = assessed(other_order(quantity=40)), officer()
    check = order.manual_checks.get()

    def decide() -> None:
        if decision == "approve":
            approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(hours=1))
        else:
            refuse_check(
                check_id=check.pk, officer=asha, reason=RefusalReason.DUPLICATE, evidence=FOUND, now=later(hours=1)
            )

    everywhere(decide, done=lambda: not ManualCheck.objects.open().exists())


def test_correcting_the_code() -> None:
    account = manager()
    a_listing(code="VN6C2", emails=(account.email,))
    order = assessed(cqc_order(account))
    everywhere(
        lambda: correct_ods_code(order=order, ods_code="VN6C2", actor=Actor.user(account), now=later(hours=1)),
        done=lambda: Order.objects.filter(state=State.VERIFIED).exists(),
    )


def test_a_code_that_was_corrected_just_before_a_crash_is_compared_by_the_sweep() -> None:
    account = manager()
    a_listing(code="VN6C2", emails=(account.email,))
    order = assessed(cqc_order(account))
    Order.objects.filter(pk=order.pk).update(ods_code="VN6C2")
    reassess_open_checks(now=later(hours=1))

    order.refresh_from_db()
    assert order.state == State.VERIFIED


def test_asking_the_listed_inbox() -> None:
    a_listing(emails=("office@lucerne.example",))
    order = assessed(cqc_order())
    everywhere(
        lambda: ask_listed_inbox(order=order, actor=Actor.user(order.account), now=NOW),
        done=lambda: ListedInboxLink.objects.exists(),
    )
    assert ListedInboxLink.objects.count() == 1
    assert OutboxMessage.objects.filter(template="listed_inbox_link").count() == 1
