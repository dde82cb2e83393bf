"""What a provider says is wrong with an order, and what customer service answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from orders.models.order import Order
from orders.reference import parse_reference


class OrderProblemQuerySet(models.QuerySet["OrderProblem"]):
    def open(self) -> Self:
        """Nobody has answered yet."""
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def of_order(self, order_id: int) -> Self:
        return self.filter(order=order_id)

    def of_orders(self, order_ids: Iterable[int]) -> Self:
        return self.filter(order__in=list(order_ids))

    def matching(self, text: str) -> Self:
        """About the order with this reference."""
        return self.filter(order__reference=parse_reference(text) or "")

    def oldest_first(self) -> Self:
        return self.order_by("opened_at", "pk")

    def open_first(self) -> Self:
        """What waits, oldest first; then what was answered."""
        return self.order_by(models.F("closed_at").desc(nulls_first=True), "opened_at", "pk")

    def to_write_about(self, problem_ids: list[int]) -> Self:
        """Those of `problem_ids` whose account may get mail (`OrderQuerySet.to_write_about`)."""
        about = Order.objects.to_write_about(
            OrderProblem.objects.filter(pk__in=problem_ids).values_list("order_id", flat=True)
        )
        return self.filter(pk__in=problem_ids, order__in=about.order_by()).select_related("order__account")

    def of_person(self, account: AbstractBaseUser) -> Self:
        return self.filter(order__account=account.pk)


class OrderProblem(models.Model):
    class Kind(models.TextChoices):
        NOT_ARRIVED = "not_arrived", "The badges have not arrived"
        WRONG_NUMBER = "wrong_number", "There are too few or too many badges"
        DAMAGED = "damaged", "Badges are damaged or faulty"
        WRONG_DETAILS = "wrong_details", "Something about the order needs to be corrected"
        NOT_MINE = "not_mine", "I did not place this order"
        OTHER = "other", "Something else"

    class Outcome(models.TextChoices):
        SOLVED = "solved", "Solved"
        EXPLAINED = "explained", "Nothing was wrong, and we explained why"
        PASSED_ON = "passed_on", "Passed on to colleagues or the courier, who go on with it"
        CANNOT_HELP = "cannot_help", "We could not help"
        ERASED = "erased", "Not answered, because the person was erased"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="problems")
    kind = models.CharField("what is wrong", max_length=20, choices=Kind.choices)
    text = models.TextField("in the provider's words", max_length=1500, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    answer = models.TextField("answer to the provider", max_length=3000, blank=True)

    objects = OrderProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "problem with an order"
        verbose_name_plural = "problems with orders"
        permissions = [("answer_orderproblem", "Can answer a problem with an order")]
        indexes = [
            models.Index(fields=["opened_at", "id"], condition=Q(closed_at__isnull=True), name="order_problem_queue")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(closed_at__isnull=True), name="order_problem_one_open_for_each_order"
            ),
            # Closed by a person, with what came of it; erasing the answer leaves that. An erasure closes it unanswered.
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, outcome="", answer="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome__in=["", "erased"])
                | Q(closed_at__isnull=False, closed_by__isnull=True, outcome="erased", answer=""),
                name="order_problem_closed_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Problem {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
