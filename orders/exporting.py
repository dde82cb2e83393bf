"""What happened to a person's orders, in words, for the copy of their data."""

from __future__ import annotations

from collections.abc import Iterator

from badgeportal.inventory import Reach
from badgeportal.privacy.exporting import Section
from badgeportal.privacy.subject import DataSubject
from orders.erasing import orders_of
from orders.lifecycle import event_in_words
from orders.models import OrderEvent


def order_histories(subject: DataSubject) -> Iterator[Section]:
    """Every event of the person's orders, oldest first; who did it by what they are, not by name."""
    if subject.reach is Reach.ADDRESS:
        return
    events = OrderEvent.objects.filter(order__in=orders_of(subject)).order_by("order", "at", "pk")
    rows = events.values_list("order__reference", "at", "kind", "reason", "actor", "order__account")
    yield Section(
        key="order_events",
        title="What happened to the orders",
        headings={"order": "Order", "at": "When", "what": "What", "reason": "Reason", "by": "By"},
        rows=[
            (reference, at, event_in_words(kind), reason.replace("_", " "), _by(actor, account))
            for reference, at, kind, reason, actor, account in rows
        ],
    )


def _by(actor: str, account: int) -> str:
    if actor == f"user:{account}":
        return "the person who ordered"
    return "a member of staff" if actor.startswith("user:") else "the portal"
