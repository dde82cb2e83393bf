"""Mail is a row first: written in the transaction of what it tells of, sent by a worker, swept until it is gone.

A row holds the template's key and the id of the record it is about, never an address or a rendered body. One-time codes
and links travel in `sealed_payload`, encrypted, and destroyed when sent or expired.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q


def said(template: str) -> str:
    """The key of a mail as staff read it: `Order placed` for `order_placed`."""
    return template.replace("_", " ").capitalize()


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, now: datetime) -> Self:
        """Waiting to be sent, oldest first."""
        return self.filter(state=OutboxMessage.State.QUEUED, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def stuck(self, before: datetime) -> Self:
        """Taken by a worker that never came back."""
        return self.filter(state=OutboxMessage.State.SENDING, claimed_at__lt=before)

    def expired(self, now: datetime) -> Self:
        """Waiting with a code or link that nobody could use any more."""
        return self.filter(state=OutboxMessage.State.QUEUED, payload_expires_at__lte=now)

    def retryable(self) -> Self:
        """Could not be sent, and the record it is about still says what to send."""
        return self.filter(state=OutboxMessage.State.FAILED, subject_id__isnull=False)

    def resendable(self) -> Self:
        """Over, and the record it is about still says what to send."""
        over = (OutboxMessage.State.SENT, OutboxMessage.State.FAILED, OutboxMessage.State.CANCELLED)
        return self.filter(state__in=over, subject_id__isnull=False)

    def on_its_way(self) -> Self:
        return self.filter(state__in=(OutboxMessage.State.QUEUED, OutboxMessage.State.SENDING))

    def over_since(self, before: datetime) -> Self:
        """Written before that moment and neither waiting nor on their way."""
        return self.filter(created_at__lt=before).exclude(
            state__in=(OutboxMessage.State.QUEUED, OutboxMessage.State.SENDING)
        )

    def same_mail(self, message: OutboxMessage) -> Self:
        return self.filter(template=message.template, subject_type=message.subject_type, subject_id=message.subject_id)

    def about_any(self, subject_type: str, subject_ids: Iterable[int]) -> Self:
        """About these records of one kind, newest first."""
        return self.filter(subject_type=subject_type, subject_id__in=subject_ids).order_by("-created_at", "-pk")

    def unsent(self) -> Self:
        """Waiting, being sent, or given up."""
        return self.filter(
            state__in=[OutboxMessage.State.QUEUED, OutboxMessage.State.SENDING, OutboxMessage.State.FAILED]
        )

    def waiting_since(self) -> datetime | None:
        """When the mail that has waited longest was written; None when none waits."""
        waiting = self.filter(state__in=[OutboxMessage.State.QUEUED, OutboxMessage.State.SENDING])
        since: datetime | None = waiting.aggregate(since=models.Min("created_at"))["since"]
        return since

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("-created_at")


class OutboxMessage(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be sent"
        CANCELLED = "cancelled", "Not needed any more"

    template = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    sealed_payload = models.BinaryField(null=True, blank=True)
    payload_expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=80, blank=True, help_text="The kind of error, never its text.")
    created_at = models.DateTimeField()

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = "email"
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(state="queued"), name="outbox_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="outbox_in_flight"),
            models.Index(fields=["subject_type", "subject_id"], name="outbox_subject"),
            # Nearly all mail is sent; staff and metrics look for the rest.
            models.Index(fields=["id"], condition=~Q(state="sent"), name="outbox_not_sent"),
            models.Index(fields=["template", "-id"], name="outbox_template"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_id__isnull=False) & ~Q(subject_type="")
                | Q(payload_expires_at__isnull=False, subject_id__isnull=True),
                name="outbox_is_about_a_record_or_sealed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"]) | Q(sealed_payload__isnull=True),
                name="outbox_finished_holds_no_payload",
            ),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at__isnull=True), name="outbox_sent_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{said(self.template)}, mail {self.pk}"
