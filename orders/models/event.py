"""What happened to an order: the history that its page and the staff read."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from orders.lifecycle import State
from orders.models.order import Order


class OrderEvent(models.Model):
    """One move of one order, or another fact of its history. Written once, never changed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    from_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["order", "at", "id"], name="order_event_history"),
            # What happened in a week. Rows come in the order of time, so that pages of them have a range each; costs next to
            # nothing to keep, where a usual index would be paid for by every move.
            BrinIndex(fields=["at"], name="order_event_by_time", pages_per_range=32, autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(actor__regex=r"^(user|system):.+"), name="order_event_actor_is_named"),
            models.CheckConstraint(
                condition=~Q(to_state="refused") | Q(actor__startswith="user:"),
                name="order_event_refused_only_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"
