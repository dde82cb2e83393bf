"""The mail to a listed inbox, and what checks add to the mails about orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone

from badgeportal.outbox.letters import Letter, register, register_sealed
from orders.mails import extra_context
from orders.models import Order
from verification.checking.asking import REMINDER, answer_by
from verification.inbox_links import MAIL
from verification.models import ManualCheck, Question
from verification.telling import refusal_words, why_sentences


def why_checking(order_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each order before a person: why, in sentences."""
    checks = ManualCheck.objects.of_orders(order_ids).order_by("opened_at").values_list("order_id", "reasons")
    return {order_id: {"why": why_sentences(reasons)} for order_id, reasons in checks}


def why_refused(order_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each refused order: the reason in words for its provider."""
    refused = Order.objects.in_bulk(list(order_ids))
    return {order_id: {"reason": refusal_words(order.refusal_reason)} for order_id, order in refused.items()}


def what_is_asked(order_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each order that waits for its provider: the question, and where and by when to answer."""
    asked = Question.objects.open().of_orders(order_ids).select_related("check_asked_in__order")
    return {question.check_asked_in.order_id: _asked_words(question) for question in asked}


def _asked_words(question: Question) -> dict[str, Any]:
    reference = question.check_asked_in.order.reference
    return {
        "question": question.text,
        "answer_by": formats.date_format(timezone.localtime(answer_by(question)), "j F Y"),
        "answer_link": settings.PUBLIC_URL + reverse("answer_question", args=[reference]),
    }


def reminders(question_ids: Sequence[int]) -> dict[int, Letter]:
    """A letter for each question that still waits and whose account may be written to."""
    questions = Question.objects.to_write_about(list(question_ids))
    letters = {}
    for question in questions:
        order = question.check_asked_in.order
        if order.account.email:
            words = {
                "name": order.account.get_short_name(),
                "reference": order.reference,
                "quantity": order.quantity,
                **_asked_words(question),
            }
            letters[question.pk] = Letter(to=order.account.email, context=words)
    return letters


register_sealed(MAIL)
register(REMINDER, resolve=reminders)
extra_context("order_question", what_is_asked)
extra_context("order_checking", why_checking)
extra_context("order_refused", why_refused)
