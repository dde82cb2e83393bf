"""The mail to a listed inbox, and what checks add to the mails about orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from badgeportal.outbox.letters import register_sealed
from orders.mails import extra_context
from orders.models import Order
from verification.inbox_links import MAIL
from verification.models import ManualCheck
from verification.telling import refusal_words, why_sentences


def why_checking(order_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each order before a person: why, in sentences."""
    checks = ManualCheck.objects.of_orders(order_ids).order_by("opened_at").values_list("order_id", "reasons")
    return {order_id: {"why": why_sentences(reasons)} for order_id, reasons in checks}


def why_refused(order_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each refused order: the reason in words for its provider."""
    refused = Order.objects.in_bulk(list(order_ids))
    return {order_id: {"reason": refusal_words(order.refusal_reason)} for order_id, order in refused.items()}


register_sealed(MAIL)
extra_context("order_checking", why_checking)
extra_context("order_refused", why_refused)
