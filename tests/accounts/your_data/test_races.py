"""Limiting use while something else goes on, in real threads. Each guard has a twin that shows what happens without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.your_data.asking import limit_use
from badgeportal.outbox import claims, sending
from badgeportal.outbox.mailbox import newest
from badgeportal.outbox.models import OutboxMessage
from fulfilment import batches
from fulfilment import sending as dispatching
from fulfilment.models import Disclosure
from fulfilment.sending import mark_batch_sent
from orders import placing
from orders.lifecycle import Who
from orders.models import Order
from tests.accounts.your_data.steps import GROUND
from tests.badgeportal.test_outbox_race import in_a_thread, wait_until_blocked
from tests.fulfilment import steps
from tests.journeys import finished_draft, placed_order, stocked
from tests.privacy.test_races import held_open

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def limiting(user: User) -> Callable[[], Any]:
    return lambda: limit_use(user=user, ground=GROUND, words="", now=timezone.now())


def limit_while_sent(monkeypatch: pytest.MonkeyPatch) -> tuple[OutboxMessage, list[str]]:
    """The mail is claimed and its letter is written when the person limits the use of their data."""
    order = placed_order()
    with held_open(monkeypatch, sending, "_resolve", lambda: sending.send_pending(now=timezone.now())):
        limiting(order.account)()
    went = [
        mail.subject for mail in newest(100) if mail.to == order.account.email and "personal data" not in mail.subject
    ]
    return OutboxMessage.objects.about(order).get(), went


def test_a_mail_under_way_does_not_go(monkeypatch: pytest.MonkeyPatch) -> None:
    mail, went = limit_while_sent(monkeypatch)
    assert (mail.state, went) == ("cancelled", [])


def test_a_sender_that_did_not_look_again_would_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(claims, "is_still_wanted", lambda message: True)
    _, went = limit_while_sent(monkeypatch)
    assert len(went) == 1


def nobody(account_ids: Iterable[int]) -> set[int]:
    """In place of the look that holds accounts: nobody is restricted, and nobody waits."""
    return set()


def limit_while_batching(monkeypatch: pytest.MonkeyPatch, *, waits: bool) -> Order:
    """The batch has pulled the order when the person limits the use of their data."""
    order = steps.verified_order()
    with held_open(monkeypatch, batches, "pull_waiting_orders", steps.open_batch):
        thread, _ = in_a_thread(limiting(order.account))
        if waits:
            wait_until_blocked(thread)
        else:
            thread.join(timeout=60)
            assert User.objects.get(pk=order.account_id).is_restricted
            assert Order.objects.get(pk=order.pk).state == "verified"
    thread.join(timeout=60)
    order.refresh_from_db()
    return order


def test_whoever_limits_use_waits_for_the_batch_that_has_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the batch was made before the limit, and it cannot be closed with that order in it."""
    order = limit_while_batching(monkeypatch, waits=True)
    assert order.state == "batched"


def test_without_the_look_an_order_of_a_restricted_person_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the limit stands, and the order is packed after it."""
    monkeypatch.setattr(batches, "restricted_orders", nobody)
    assert limit_while_batching(monkeypatch, waits=False).state == "batched"


def limit_while_handing_over(monkeypatch: pytest.MonkeyPatch, *, waits: bool) -> tuple[str, bool]:
    """The batch is being marked sent when the person limits the use of their data; (whom to tell, whether DX was told)."""
    order = steps.verified_order()
    batch = steps.closed_batch()
    send = lambda: mark_batch_sent(batch_id=batch.pk, actor=steps.JOB, by=Who.SYSTEM, now=steps.NOW)  # noqa: E731
    with held_open(monkeypatch, dispatching, "move_orders", send):
        thread, _ = in_a_thread(limiting(order.account))
        if waits:
            wait_until_blocked(thread)
        else:
            thread.join(timeout=60)
    thread.join(timeout=60)
    asked = order.account.data_requests.get()
    return asked.tell_recipients, Disclosure.objects.exists()


def test_a_limit_that_comes_during_the_handover_knows_that_dx_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit_while_handing_over(monkeypatch, waits=True) == ("DX", True)


def test_without_holding_people_the_parcel_may_go_and_nobody_tells_dx(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the limit finds no disclosure yet."""
    monkeypatch.setattr(dispatching, "restricted_among", nobody)
    assert limit_while_handing_over(monkeypatch, waits=False)[0] == ""


def limit_while_placing(monkeypatch: pytest.MonkeyPatch, *, waits: bool) -> OutboxMessage:
    stocked(50)
    draft = finished_draft()
    place = lambda: placing.place_order(  # noqa: E731
        account=draft.account, draft_id=draft.pk, version=draft.version, now=timezone.now()
    )
    with held_open(monkeypatch, placing, "first_gap", place):
        thread, _ = in_a_thread(limiting(draft.account))
        if waits:
            wait_until_blocked(thread)
        else:
            thread.join(timeout=60)
    thread.join(timeout=60)
    return OutboxMessage.objects.get(template="order_placed")


def test_an_order_placed_before_the_limit_sends_no_mail_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit_while_placing(monkeypatch, waits=True).state == "cancelled"


def test_without_the_check_an_order_is_placed_although_use_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: its mail is queued after the limit cancelled what there was."""
    monkeypatch.setattr(placing, "check_not_restricted", lambda *ids: None)
    assert limit_while_placing(monkeypatch, waits=False).state == "queued"
