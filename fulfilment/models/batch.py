"""Orders that go to DX together."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q


class BatchQuerySet(models.QuerySet["Batch"]):
    def unfinished(self) -> Self:
        """Made but not yet sent or cancelled, oldest first: somebody has to go on with them."""
        return self.filter(state__in=(Batch.State.OPEN, Batch.State.CLOSED)).order_by("pk")

    def locked(self, pk: int) -> Batch:
        """The batch `pk`, locked until the transaction ends and read after the lock; raises Batch.DoesNotExist."""
        return self.select_for_update().get(pk=pk)


class Batch(models.Model):
    """Open until closed; frozen from then on. Its file can be made again byte for byte, and only its SHA-256 is kept."""

    class State(models.TextChoices):
        OPEN = "open", "Open: check the preview, then close it"
        CLOSED = "closed", "Closed: ready to send"
        SENT = "sent", "Sent to DX"
        CANCELLED = "cancelled", "Cancelled"

    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField("made at")
    created_by = models.CharField("made by", max_length=80)
    closed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    layout = models.JSONField(default=dict, blank=True, help_text="Columns and limits the file was made with.")
    file_sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    orders_count = models.PositiveIntegerField("orders", default=0)
    badges_count = models.PositiveIntegerField("badges", default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        permissions = [("run_batches", "Can make, close, send and cancel batches")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, file_sha256="")
                | Q(state__in=["closed", "sent"], closed_at__isnull=False) & ~Q(file_sha256="")
                | Q(state="cancelled"),
                name="batch_closed_has_its_hash",
            ),
            models.CheckConstraint(condition=Q(state="sent") ^ Q(sent_at__isnull=True), name="batch_sent_has_its_time"),
            models.CheckConstraint(
                condition=Q(state="cancelled") ^ Q(cancelled_at__isnull=True), name="batch_cancelled_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "sent"]) | Q(orders_count__gt=0), name="batch_that_goes_is_not_empty"
            ),
            models.CheckConstraint(condition=Q(created_by__regex=r"^(user|system):.+"), name="batch_creator_is_named"),
        ]

    def __str__(self) -> str:
        return f"Batch {self.pk}"
