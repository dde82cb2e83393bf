"""What an officer asks the provider while they check an order, and the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.lifecycle import State
from orders.models import Order
from orders.models.order import data_in_use
from verification.models.manual_check import ManualCheck


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> Self:
        """Neither answered nor given up."""
        return self.filter(ended_at__isnull=True)

    def of_orders(self, order_ids: Iterable[int]) -> Self:
        return self.filter(check_asked_in__order__in=list(order_ids))

    def asked_before(self, moment: datetime) -> Self:
        return self.filter(asked_at__lte=moment)

    def not_reminded(self) -> Self:
        return self.filter(reminded_at__isnull=True)

    def still_waiting(self) -> Self:
        """Open, and the order waits for the answer; what is restricted is kept and not used."""
        return self.open().filter(
            data_in_use("check_asked_in__order__"),
            check_asked_in__order__state=State.AWAITING_PROVIDER,
        )

    def decided_before(self, moment: datetime) -> Self:
        """Ended before `moment`, as their check did; not those of orders whose data is kept and not used."""
        return self.filter(
            data_in_use("check_asked_in__order__"), ended_at__lt=moment, check_asked_in__closed_at__lt=moment
        )

    def with_words(self) -> Self:
        return self.exclude(text="", answer="")

    def to_write_about(self, question_ids: list[int]) -> Self:
        """Those of `question_ids` that still wait and whose account may get mail (`OrderQuerySet.to_write_about`)."""
        orders = Order.objects.to_write_about(
            Question.objects.filter(pk__in=question_ids).values_list("check_asked_in__order_id", flat=True)
        )
        return (
            self.still_waiting()
            .filter(pk__in=question_ids, check_asked_in__order__in=orders.order_by())
            .select_related("check_asked_in__order__account")
        )


class Question(models.Model):
    """Asked in one check; the officer who goes on with it reads the answer."""

    check_asked_in = models.ForeignKey(ManualCheck, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField("question to the provider", max_length=1000, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField("answer of the provider", max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was answered, given up, or not needed any more."
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["asked_at"], condition=Q(ended_at__isnull=True), name="question_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["check_asked_in"], condition=Q(ended_at__isnull=True), name="question_only_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False, ended_at__isnull=False, ended_at=models.F("answered_at"))
                | Q(answered_at__isnull=True, answer=""),
                name="question_answer_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.pk}"
