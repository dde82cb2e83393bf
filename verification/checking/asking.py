"""Asking the provider for more while their order is checked: the order waits for the answer, but not for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.outbox.actions import queue_mail
from orders.lifecycle import State, Who
from orders.models import Order
from orders.moves import move_order, move_orders
from orders.restricting import check_order_not_restricted
from verification.checking.evidence import Evidence, keep_evidence
from verification.checking.locking import AlreadyDecided, NeedsAnotherPerson, OrderLeftTheQueue, lock_open_check
from verification.kinds import PROVIDER_ANSWERED, PROVIDER_ASKED
from verification.models import ManualCheck, Question

ACTOR = Actor.system("stop-waiting")
REMINDER = "order_question_reminder"
NO_ANSWER = "no_answer"
CALLED_BACK = "called_back"
# An order that passes the limit only together with earlier ones was placed without a number, since none was asked for.
PHONE_QUESTION = (
    "You did not give us a phone number. Which number can we ring to check this order? Please give the number of your"
    " organisation, with its area code."
)
_CHUNK = 500


class QuestionMissing(Exception):
    """Nothing was asked."""


class NothingToAnswer(Exception):
    """The order waits for no answer: it was answered, called back, cancelled or decided. `state` is where it is."""

    def __init__(self, state: str) -> None:
        super().__init__("The order waits for no answer.")
        self.state = state


@transaction.atomic(durable=True)
def ask_provider(*, check_id: int, officer: User, text: str, evidence: Evidence, now: datetime) -> Question:
    """Send the question `text` to the provider and put the order aside until it is answered; what was found is kept.

    Nobody holds the check meanwhile. Raises QuestionMissing, NeedsAnotherPerson and what `lock_open_check` raises.
    """
    check = lock_open_check(check_id=check_id, officer=officer, now=now)
    if check.second_person_asked_by_id == officer.pk:
        raise NeedsAnotherPerson
    if not text.strip():
        raise QuestionMissing
    keep_evidence(check, evidence)
    check.claimed_by = check.claimed_until = None
    check.save(update_fields=["claimed_by", "claimed_until"])
    question = Question.objects.create(check_asked_in=check, text=text, asked_by=officer, asked_at=now)
    actor = Actor.user(officer)
    move_order(move="ask_provider", order=check.order, by=Who.STAFF, actor=actor, now=now)
    record(kind=PROVIDER_ASKED, actor=actor, subject=check, now=now, order=check.order_id)
    return question


def phone_question(order: Order, asked: Iterable[Question]) -> str:
    """What to ask when `order` came without a phone number; empty when it has one, or when that was `asked` already."""
    was_asked = any(question.text.startswith(PHONE_QUESTION) for question in asked)
    return "" if order.phone or was_asked else PHONE_QUESTION


def open_question(order: Order) -> Question | None:
    """What the provider of `order` is to answer."""
    if order.state != State.AWAITING_PROVIDER:
        return None
    return Question.objects.open().of_orders([order.pk]).first()


def answer_by(question: Question) -> datetime:
    """When the order goes back before a person without an answer."""
    return question.asked_at + timedelta(days=settings.QUESTION_DAYS)


@transaction.atomic(durable=True)
def answer_question(*, order: Order, text: str, actor: Actor, now: datetime) -> None:
    """Keep the provider's answer and put the order back into the queue, where it was; raises NothingToAnswer, AccountRestricted.

    `order` is read again afterwards.
    """
    question = _lock_question(order)
    if question is None:
        order.refresh_from_db()
        raise NothingToAnswer(order.state)
    question.answer = text
    question.answered_at = question.ended_at = now
    question.save(update_fields=["answer", "answered_at", "ended_at"])
    move_order(move="answer", order=order, by=Who.PROVIDER, actor=actor, now=now)
    record(kind=PROVIDER_ANSWERED, actor=actor, subject=question.check_asked_in, now=now, order=order.pk)


@transaction.atomic(durable=True)
def call_back(*, check_id: int, officer: User, now: datetime) -> None:
    """Go on without the answer; raises AlreadyDecided, OrderLeftTheQueue, AccountRestricted, ManualCheck.DoesNotExist."""
    check = ManualCheck.objects.select_related("order", "decided_by").get(pk=check_id)
    question = _lock_question(check.order)
    if question is None or question.check_asked_in_id != check.pk:
        check.refresh_from_db()
        if not check.is_open:
            raise AlreadyDecided(by="", how=check.closed_without_decision or check.decision, at=check.closed_at or now)
        raise OrderLeftTheQueue(check.order.state)
    question.ended_at = now
    question.save(update_fields=["ended_at"])
    move_order(
        move="stop_waiting", order=check.order, by=Who.STAFF, actor=Actor.user(officer), now=now, reason=CALLED_BACK
    )


@transaction.atomic(durable=True)
def remind_providers(*, now: datetime) -> int:
    """Write once more to providers who have not answered for QUESTION_REMINDER_DAYS; returns how many."""
    before = now - timedelta(days=settings.QUESTION_REMINDER_DAYS)
    due = Question.objects.still_waiting().not_reminded().asked_before(before).order_by("asked_at")
    ids = list(due.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:_CHUNK])
    queue_mail(template=REMINDER, subject_type="verification.question", subject_ids=ids, now=now)
    return Question.objects.filter(pk__in=ids).update(reminded_at=now)


@transaction.atomic(durable=True)
def stop_waiting(*, now: datetime) -> int:
    """Put orders whose question is QUESTION_DAYS old back before a person, and end questions of orders that do not wait.

    Nobody is refused by a machine for not answering. An order that waits for an answer to no question goes back as well.
    Returns how many went back.
    """
    before = now - timedelta(days=settings.QUESTION_DAYS)
    # Orders first, as everywhere; whoever answers at this moment is passed by.
    waiting = Order.objects.awaiting_provider().in_use().order_by("pk")
    patient = Question.objects.open().exclude(pk__in=Question.objects.open().asked_before(before))
    due = waiting.exclude(pk__in=patient.values("check_asked_in__order_id"))
    ids = list(due.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:_CHUNK])
    moved = move_orders(move="stop_waiting", order_ids=ids, by=Who.SYSTEM, actor=ACTOR, now=now, reason=NO_ANSWER)
    end_questions(order_ids=[row.order_id for row in moved], now=now)
    left_behind = Question.objects.open().exclude(check_asked_in__order__state=State.AWAITING_PROVIDER)
    left = list(left_behind.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:_CHUNK])
    Question.objects.filter(pk__in=left).update(ended_at=now)
    return len(moved)


def end_questions(*, order_ids: list[int], now: datetime) -> int:
    """End the open questions of `order_ids`, because nobody waits for an answer; returns how many. Needs a transaction."""
    ids = list(Question.objects.open().of_orders(order_ids).values_list("pk", flat=True))
    return Question.objects.filter(pk__in=ids).update(ended_at=now)


def _lock_question(order: Order) -> Question | None:
    """The open question of `order` if it waits for its answer; the order is locked before its check's question.

    Raises AccountRestricted.
    """
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    check_order_not_restricted(locked)
    return open_question(locked)
