"""The order as it is being written, saved at every question so that it can be taken up again."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.models.answers import Answers


class OrderDraftQuerySet(models.QuerySet["OrderDraft"]):
    def open(self) -> Self:
        return self.filter(order__isnull=True)

    def of(self, account_id: int) -> Self:
        return self.filter(account=account_id)

    def placed(self) -> Self:
        return self.filter(order__isnull=False)

    def with_answers(self) -> Self:
        """Not emptied yet: every placed draft has its answer to the first question until then."""
        return self.filter(cqc_registered__isnull=False)

    def untouched_since(self, before: datetime) -> Self:
        """Drafts nobody has worked on since `before`: they hold personal data and are swept."""
        return self.filter(updated_at__lt=before)

    def of_unrestricted_people(self) -> Self:
        """Without those whose data is kept and not used."""
        return self.filter(account__restricted_at__isnull=True)


class OrderDraft(Answers):
    """One person's order in the making. Placing it links the order, so that a second submit finds the first one's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="order_drafts")
    cqc_registered = models.BooleanField(null=True, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    organisation_answered = models.BooleanField(
        default=False, help_text="The listing was confirmed, or the person said it is not there."
    )
    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, null=True, blank=True, related_name="draft")
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = OrderDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(order__isnull=True), name="draft_one_open_for_each_account"
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="draft_quantity_above_zero"
            ),
        ]
        # What the sweep looks for; nearly all drafts are placed and emptied, and it must not read those.
        indexes = [
            models.Index(fields=["updated_at"], condition=Q(order__isnull=True), name="draft_open_by_age"),
            models.Index(
                fields=["updated_at"],
                condition=Q(order__isnull=False, cqc_registered__isnull=False),
                name="draft_with_answers_by_age",
            ),
        ]

    def __str__(self) -> str:
        return f"Draft {self.pk}"

    @property
    def is_started(self) -> bool:
        """Whether at least one answer was saved."""
        return self.version > 0
