"""The mails about an order: one for each move that tells its provider something. The text is templates/mail/<key>.txt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Portal
from badgeportal.outbox.letters import Letter, register
from orders.correcting import ADDRESS_CHANGED
from orders.lifecycle import MOVES, State
from orders.models import Order, OrderProblem
from orders.problems import ANSWERED, TOLD

# From order ids to further words for a mail, by id; ids may be missing.
ExtraContext = Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]

_EXTRA: dict[str, list[ExtraContext]] = {}
KEYS = tuple(dict.fromkeys([*(move.mail for move in MOVES.values() if move.mail), ADDRESS_CHANGED]))


def extra_context(key: str, function: ExtraContext) -> None:
    """Let a later app put words into the mail `key`, such as the tracking link or the reason of a refusal.

    Raises KeyError for a mail that no move of the lifecycle sends.
    """
    if key not in KEYS:
        raise KeyError(f"No move of an order sends the mail {key}.")
    _EXTRA.setdefault(key, []).append(function)


def letters_about(key: str, order_ids: Sequence[int]) -> dict[int, Letter]:
    """A letter for each order whose account may be written to: not erased, disabled or restricted."""
    orders = Order.objects.to_write_about(order_ids)
    extra = _extra_words(key, [order.pk for order in orders])
    can_order = Portal.current().ordering_open_at(timezone.now())
    return {
        order.pk: Letter(
            to=order.account.email, context=_words(order) | {"can_order": can_order} | extra.get(order.pk, {})
        )
        for order in orders
        if order.account.email
    }


def _words(order: Order) -> dict[str, Any]:
    return {
        "name": order.account.get_short_name(),
        "reference": order.reference,
        "quantity": order.quantity,
        "link": settings.PUBLIC_URL + reverse("order_detail", args=[order.reference]),
        "order_again_link": settings.PUBLIC_URL + reverse("start"),
        "cqc_registered": order.cqc_registered,
        "checked_again": order.state in (State.PLACED, State.CHECKING),
        "unchecked_badges": settings.MANUAL_CHECK_THRESHOLD,
    }


def _extra_words(key: str, order_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    words: dict[int, dict[str, Any]] = {}
    for function in _EXTRA.get(key, []):
        for order_id, more in function(order_ids).items():
            words.setdefault(order_id, {}).update(more)
    return words


def _resolver(key: str) -> Callable[[Sequence[int]], dict[int, Letter]]:
    return lambda order_ids: letters_about(key, order_ids)


for _key in KEYS:
    register(_key, resolve=_resolver(_key))


def letters_about_problems(problem_ids: Sequence[int]) -> dict[int, Letter]:
    """A letter for each problem whose account may be written to, with what was told and what was answered."""
    problems = OrderProblem.objects.to_write_about(list(problem_ids))
    return {
        problem.pk: Letter(
            to=problem.order.account.email,
            context=_words(problem.order)
            | {"kind": problem.get_kind_display(), "text": problem.text, "answer": problem.answer},
        )
        for problem in problems
        if problem.order.account.email
    }


for _key in (TOLD, ANSWERED):
    register(_key, resolve=letters_about_problems)
