"""'Something is wrong with my order': telling customer service, and their answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.outbox.actions import queue_mail
from orders.models import Order, OrderEvent, OrderProblem
from orders.restricting import check_order_not_restricted

TOLD = "order_problem_told"
ANSWERED = "order_problem_answered"


class ToldAlready(Exception):
    """Customer service has not answered what was told about this order before. `problem` is that."""

    def __init__(self, problem: OrderProblem) -> None:
        super().__init__(f"Problem {problem.pk} is open")
        self.problem = problem


class AnsweredAlready(Exception):
    """A colleague answered first."""


@transaction.atomic(durable=True)
def report_problem(
    *, order: Order, kind: OrderProblem.Kind, text: str, actor: Actor, now: datetime
) -> OrderProblem:  # fmt: skip
    """Put what is wrong with `order` before customer service, and write to the provider that it is.

    Raises ToldAlready while an earlier problem of the order is open, and AccountRestricted; then nothing is written.
    """
    # The order's lock makes two forms sent at once one problem.
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    check_order_not_restricted(locked)
    waiting = OrderProblem.objects.open().of_order(order.pk).first()
    if waiting is not None:
        raise ToldAlready(waiting)
    problem = OrderProblem.objects.create(order=locked, kind=kind, text=text, opened_at=now)
    _record("report_problem", locked, reason=problem.kind, actor=actor, now=now)
    queue_mail(template=TOLD, subject_type="orders.orderproblem", subject_ids=[problem.pk], now=now)
    return problem


@transaction.atomic(durable=True)
def answer_problem(
    *, problem: OrderProblem, answer: str, outcome: OrderProblem.Outcome, officer: User, now: datetime
) -> None:
    """Send `answer` to the provider and close the problem with `outcome`; raises AnsweredAlready, AccountRestricted."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=problem.order_id)
    check_order_not_restricted(order)
    problem.refresh_from_db()
    if not problem.is_open:
        raise AnsweredAlready
    problem.answer = answer
    problem.outcome = outcome
    problem.closed_at = now
    problem.closed_by = officer
    problem.save(update_fields=["answer", "outcome", "closed_at", "closed_by"])
    _record("answer_problem", order, reason=outcome, actor=Actor.user(officer), now=now)
    queue_mail(template=ANSWERED, subject_type="orders.orderproblem", subject_ids=[problem.pk], now=now)


def latest_problem(order: Order) -> OrderProblem | None:
    """What the provider told last about `order`."""
    return OrderProblem.objects.of_order(order.pk).order_by("-opened_at", "-pk").first()


def _record(kind: str, order: Order, *, reason: str, actor: Actor, now: datetime) -> None:
    OrderEvent.objects.create(
        order=order, kind=kind, from_state=order.state, to_state=order.state, reason=reason, actor=str(actor), at=now
    )
