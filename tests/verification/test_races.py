"""Two at once, on two connections: two officers on one check, two assessors on one organisation. Each with its twin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.models import User
from badgeportal.actor import Actor
from orders import cancelling
from orders.cancelling import cancel_order
from orders.lifecycle import State, Who
from orders.models import Order, OrderEvent
from tests.factories.user import UserFactory
from tests.verification.worlds import FOUND, later, officer, other_order, waiting_check
from verification import assessing, facts
from verification.assessing import assess_orders
from verification.checking import deciding
from verification.checking.deciding import approve_check, refuse_check
from verification.checking.locking import AccountRestricted, AlreadyDecided
from verification.models import ManualCheck, RefusalReason

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Elsewhere:
    """Work on a connection of its own, in a thread; what it returned or raised is in `result`."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.result: Any = None
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except Exception as error:
            self.result = error
        finally:
            connections["default"].close()

    def wait_until_done_or_blocked(self) -> None:
        """Return once the work is done, or waits for a lock that another connection holds."""
        while self._thread.is_alive() and not _somebody_waits_for_a_lock():
            self._thread.join(0.01)

    def join(self) -> Any:
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.result


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction the view is read once, unless told.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[Elsewhere]]]:
    """`meanwhile(module, name, work)`: after its first call `work` begins elsewhere and gets as far as it can."""
    begun: list[Elsewhere] = []

    def arrange(module: Any, name: str, work: Callable[[], Any]) -> list[Elsewhere]:
        original = getattr(module, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            if not begun:
                begun.append(Elsewhere(work))
                begun[0].wait_until_done_or_blocked()
            return answer

        monkeypatch.setattr(module, name, wrapped)
        return begun

    yield arrange
    for one in begun:
        one.join()


def approve_and_refuse_at_once(meanwhile: Any) -> tuple[ManualCheck, Any]:
    """Asha approves; while she is at it Ben refuses the same check. Returns the check and what Ben was told."""
    check, asha, ben = waiting_check(), officer("Asha Patel"), officer("Ben Okoro")
    begun = meanwhile(
        deciding,
        "lock_open_check",
        lambda: refuse_check(
            check_id=check.pk, officer=ben, reason=RefusalReason.DUPLICATE, evidence=FOUND, now=later(hours=1)
        ),
    )
    approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(hours=1))
    told = begun[0].join()
    check.refresh_from_db()
    return check, told


def test_two_officers_deciding_at_once_decide_once(meanwhile: Any) -> None:
    check, told = approve_and_refuse_at_once(meanwhile)

    assert isinstance(told, AlreadyDecided)
    assert (told.by, told.how) == ("Asha Patel", "approved")
    assert (check.decision, check.order.state) == ("approved", State.VERIFIED)
    assert list(OrderEvent.objects.filter(order=check.order).values_list("kind", flat=True)) == [
        "place",
        "send_to_check",
        "approve",
    ]


def test_two_officers_without_the_lock_both_decide(meanwhile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: read without a lock, Ben's refusal goes through while Asha's approval is being written."""

    def read_without_lock(*, check_id: int, officer: Any, now: Any) -> ManualCheck:
        return ManualCheck.objects.select_related("order").get(pk=check_id)

    monkeypatch.setattr(deciding, "lock_open_check", read_without_lock)
    monkeypatch.setattr(deciding, "move_order", lambda **_: None)
    check, told = approve_and_refuse_at_once(meanwhile)

    # Both believe that they decided: whoever wrote last stands, and a refusal reason would stay on an approved check.
    assert isinstance(told, ManualCheck)
    assert told.decision == "refused"
    assert check.decision == "approved"


def assess_while_an_earlier_order_arrives(meanwhile: Any) -> list[str]:
    """One assessor has read what counts with an order; then an order placed earlier is committed and assessed by another.

    Each is of 20 badges of one account, so that one of them must wait. Returns the states of both.
    """
    account = UserFactory()
    later_one = other_order(account, quantity=20, now=later(minutes=5))

    def place_and_assess() -> Order:
        order = other_order(account, quantity=20, now=later(minutes=1))
        assess_orders(now=later(minutes=6))
        return order

    begun = meanwhile(facts, "badges_together", place_and_assess)
    assess_orders(now=later(minutes=6))
    earlier_one = begun[0].join()
    for order in (later_one, earlier_one):
        order.refresh_from_db()
    return sorted([later_one.state, earlier_one.state])


def test_two_assessors_at_once_do_not_pass_40_badges_by_20s(meanwhile: Any) -> None:
    assert assess_while_an_earlier_order_arrives(meanwhile) == [State.CHECKING, State.VERIFIED]


def test_two_assessors_without_the_lock_pass_40_badges(meanwhile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessing, "wait_for_other_assessors", lambda: None)

    assert assess_while_an_earlier_order_arrives(meanwhile) == [State.VERIFIED, State.VERIFIED]


def test_an_order_that_is_being_cancelled_is_passed_by(meanwhile: Any) -> None:
    order, other = other_order(quantity=5), other_order(quantity=5, now=later(minutes=1))
    begun = meanwhile(cancelling, "move_order", lambda: assess_orders(now=later(minutes=2)))
    cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=later(minutes=2))

    assert begun[0].join().assessed == 1
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.state, other.state) == (State.CANCELLED, State.VERIFIED)
    assert not ManualCheck.objects.filter(order=order).exists()


def test_an_officer_who_waited_sees_that_the_account_was_restricted_meanwhile() -> None:
    """Joined to the order, the account would be read as it was before the wait."""
    check, asha = waiting_check(), officer("Asha Patel")
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(pk=check.order_id)
        deciding_elsewhere = Elsewhere(
            lambda: approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(hours=1))
        )
        deciding_elsewhere.wait_until_done_or_blocked()
        User.objects.filter(pk=order.account_id).update(restricted_at=later(hours=1))

    assert isinstance(deciding_elsewhere.join(), AccountRestricted)
    order.refresh_from_db()
    assert order.state == State.CHECKING
