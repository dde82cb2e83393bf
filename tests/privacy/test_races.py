"""Erasing while something else goes on, in real threads. Each guard has a twin that shows what happens without it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.erasing import ErasedAlready, erase_people
from accounts.mails import RESET_LINK, queue_account_mail
from accounts.models import User
from accounts.your_data import asking
from accounts.your_data.asking import limit_use
from badgeportal.actor import Actor
from badgeportal.outbox import claims, transport
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import send_pending
from badgeportal.privacy import erasing
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.subject import DataSubject
from fulfilment import batches
from fulfilment.personal_data import INVENTORY as OF_FULFILMENT
from orders import placing
from orders.drafts import save_answers
from orders.ledger import check_stock_ledger
from orders.models import Order, OrderDraft
from orders.personal_data import INVENTORY as OF_ORDERS
from tests.badgeportal.test_outbox_race import in_a_thread, wait_until_blocked
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment import steps
from tests.journeys import NOT_CQC, finished_draft, stocked
from tests.orders.test_placing_races import at_once
from tests.verification.worlds import a_listing, assessed, cqc_order
from verification import erasing as of_verification
from verification.inbox_links import ask_listed_inbox

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
MARK = "Quixfellow"


def erasing_of(user: User) -> Callable[[], Any]:
    actor = Actor.user(StaffFactory())
    subject = DataSubject.of_account(user.pk)
    return lambda: erase_people(subject=subject, open_orders=OpenOrders.CANCEL, actor=actor, now=timezone.now())


@contextmanager
def held_open(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, work: Callable[[], Any]) -> Iterator[None]:
    """Run `work` in a thread up to its call of `module.name`, let the block run, then let it go on to its end."""
    there, go_on = threading.Event(), threading.Event()
    real = getattr(module, name)

    def stop_here(*args: Any, **kwargs: Any) -> Any:
        done = real(*args, **kwargs)
        there.set()
        assert go_on.wait(timeout=30)
        return done

    monkeypatch.setattr(module, name, stop_here)
    thread, _ = in_a_thread(work)
    assert there.wait(timeout=30)
    try:
        yield
    finally:
        go_on.set()
        thread.join(timeout=60)


def erase_while_placing(monkeypatch: pytest.MonkeyPatch) -> Order:
    stocked(50)
    draft = finished_draft(recipient_name=f"Ann {MARK}")
    place = lambda: placing.place_order(  # noqa: E731
        account=draft.account, draft_id=draft.pk, version=draft.version, now=timezone.now()
    )
    erase = erasing_of(draft.account)
    with held_open(monkeypatch, placing, "first_gap", place):
        thread, _ = in_a_thread(erase)
        wait_until_blocked(thread)
    thread.join(timeout=60)
    return Order.objects.get(account=draft.account)


def test_an_order_placed_meanwhile_is_cancelled_and_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    order = erase_while_placing(monkeypatch)
    assert (order.state, order.recipient_name, order.anonymised_at is None) == ("cancelled", "", False)
    assert check_stock_ledger(now=timezone.now()) == []


def test_without_waiting_for_the_draft_its_order_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: nobody waits, so the order is not seen where orders are cancelled."""
    monkeypatch.setattr(OF_ORDERS, "settling", [])
    assert erase_while_placing(monkeypatch).state == "placed"


def type_while_erasing(monkeypatch: pytest.MonkeyPatch) -> tuple[User, list[Any]]:
    """A page that was open is sent while the erasure has not committed yet."""
    user = UserFactory()
    results: list[Any] = []

    def send() -> None:
        try:
            answers = NOT_CQC | {"recipient_name": f"Ann {MARK}"}
            results.append(save_answers(account=user, answers=answers, now=timezone.now()))
        except PermissionDenied as error:
            results.append(error)

    with held_open(monkeypatch, erasing.ledger, "write", erasing_of(user)):
        thread, _ = in_a_thread(send)
        wait_until_blocked(thread)
    thread.join(timeout=60)
    return user, results


def test_what_is_typed_meanwhile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    user, results = type_while_erasing(monkeypatch)
    assert isinstance(results[0], PermissionDenied)
    assert not OrderDraft.objects.filter(account=user).exists()


def test_without_the_wall_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the foreign key waits for the account as well, and then takes it."""
    switch = "ALTER TABLE orders_orderdraft {} TRIGGER not_for_erased_accounts"
    with connection.cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
    try:
        user, _ = type_while_erasing(monkeypatch)
        assert OrderDraft.objects.get(account=user).recipient_name == f"Ann {MARK}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(switch.format("ENABLE"))


def erase_while_batching(monkeypatch: pytest.MonkeyPatch) -> Order:
    order = steps.verified_order()
    with held_open(monkeypatch, batches, "pull_waiting_orders", steps.open_batch):
        thread, _ = in_a_thread(erasing_of(order.account))
        wait_until_blocked(thread)
    thread.join(timeout=60)
    order.refresh_from_db()
    return order


def test_an_order_packed_meanwhile_is_taken_out_and_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    order = erase_while_batching(monkeypatch)
    assert (order.state, order.recipient_name) == ("cancelled", "")
    assert not order.consignments.exists()
    assert check_stock_ledger(now=timezone.now()) == []


def test_without_taking_it_out_it_stays_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(OF_FULFILMENT, "settling", [])
    order = erase_while_batching(monkeypatch)
    assert (order.state, order.recipient_name) == ("batched", "")


def erase_while_a_mail_is_sent(monkeypatch: pytest.MonkeyPatch) -> OutboxMessage:
    user = UserFactory()
    with transaction.atomic():
        mail = queue_account_mail(
            key=RESET_LINK, to=user.email or "", words={"password_reset_url": "x"}, now=timezone.now()
        )
    erase = erasing_of(user)
    with held_open(monkeypatch, transport, "_write", lambda: send_pending(now=timezone.now())):
        erase()
    mail.refresh_from_db()
    return mail


def test_a_mail_under_way_is_forgotten_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = erase_while_a_mail_is_sent(monkeypatch)
    assert (mail.state, mail.sealed_payload) == ("cancelled", None)


def test_a_sender_that_did_not_look_would_bring_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: whoever sends writes how it ended without asking whether the mail is still theirs."""

    def write_anyway(message: OutboxMessage, **changes: Any) -> None:
        OutboxMessage.objects.filter(pk=message.pk).update(**changes)

    monkeypatch.setattr(claims, "_finish", write_anyway)
    assert erase_while_a_mail_is_sent(monkeypatch).state == "sent"


def test_two_officers_at_once_erase_once() -> None:
    user = UserFactory()
    results = at_once([erasing_of(user), erasing_of(user)])
    assert sorted(type(result).__name__ for result in results) == ["ErasedAlready", "Outcome"]
    assert any(isinstance(result, ErasedAlready) for result in results)


def limit_while_erasing(monkeypatch: pytest.MonkeyPatch) -> tuple[User, list[str]]:
    """The erasure has cancelled a sealed mail about an order, and comes to the account next; (the person, who failed and how)."""
    a_listing(emails=("office@lucerne.example",))
    order = assessed(cqc_order())
    ask_listed_inbox(order=order, actor=Actor.user(order.account), now=timezone.now())
    failed: list[str] = []

    def caught(name: str, work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> None:
            try:
                work()
            except (OperationalError, ObjectDoesNotExist) as fault:
                failed.append(f"{name}: {type(fault).__name__}")

        return run

    limit = lambda: limit_use(user=order.account, ground="claim", words="", now=timezone.now())  # noqa: E731
    with held_open(monkeypatch, of_verification, "destroy_sealed_about", caught("erase", erasing_of(order.account))):
        thread, _ = in_a_thread(caught("limit", limit))
        wait_until_blocked(thread)
    thread.join(timeout=60)
    return User.objects.get(pk=order.account_id), failed


def test_whoever_limits_use_waits_for_an_erasure_and_finds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    user, failed = limit_while_erasing(monkeypatch)
    assert (user.anonymised_at is None, failed) == (False, ["limit: DoesNotExist"])


def test_without_turns_they_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: each holds what the other wants, and PostgreSQL ends one of them."""
    monkeypatch.setattr(asking, "wait_for_turn", lambda: None)
    _, failed = limit_while_erasing(monkeypatch)
    assert [one.partition(": ")[2] for one in failed] == ["OperationalError"]
