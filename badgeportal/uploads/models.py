"""Files on their way from a person's browser to a worker. Web and worker share no disk, so they travel through the database.

The bytes are encrypted, in pieces, and deleted as soon as the work is over. What stays is who asked what and how it ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

FINISHED = ("done", "failed", "cancelled")


class UploadQuerySet(models.QuerySet["Upload"]):
    def for_a_worker(self) -> Self:
        """Wait for a worker, or were taken by one; whether that one still lives only its lock can tell. Oldest first."""
        return self.filter(state__in=Upload.WORKED_ON).order_by("pk")

    def of_kinds(self, kinds: list[str]) -> Self:
        return self.filter(kind__in=kinds)

    def left_unconfirmed(self, before: datetime) -> Self:
        """Nobody has said yes or no to what was found in the file since that moment."""
        return self.filter(state=Upload.State.TO_CONFIRM, changed_at__lt=before)

    def finished_before(self, before: datetime) -> Self:
        return self.filter(finished_at__lt=before)

    def finished(self) -> Self:
        return self.filter(state__in=FINISHED)


class Upload(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        READING = "reading", "Being read; nothing is changed yet"
        TO_CONFIRM = "to_confirm", "Waiting for you to confirm"
        CONFIRMED = "confirmed", "Waiting to be loaded"
        LOADING = "loading", "Being loaded"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    # Not choices: a kind is declared by the app that does the work (`badgeportal.uploads.kinds`).
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    file_name = models.CharField(max_length=200)
    file_size = models.PositiveBigIntegerField("size in bytes")
    file_sha256 = models.CharField("SHA-256", max_length=64)
    actor = models.CharField("uploaded by", max_length=80)
    created_at = models.DateTimeField("uploaded at")
    changed_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    phase = models.CharField(max_length=80, blank=True)
    preview = models.JSONField(default=dict, blank=True, help_text="What loading would do: counts, and a few changes.")
    agreed = models.BooleanField("a person accepted what is unusual about it", default=False)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    message = models.CharField(max_length=400, blank=True)
    result_id = models.BigIntegerField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    WORKED_ON = (State.WAITING, State.READING, State.CONFIRMED, State.LOADING)
    IN_HAND = (State.READING, State.LOADING)
    CONFIRMED_STATES = (State.CONFIRMED, State.LOADING, State.DONE)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "reading", "confirmed", "loading"]),
                name="upload_for_a_worker",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "waiting", "reading", "to_confirm", "confirmed", "loading", "done", "failed", "cancelled",
                    ]
                ),
                name="upload_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINISHED) ^ Q(finished_at__isnull=True), name="upload_finished_has_its_time"
            ),
            models.CheckConstraint(condition=Q(state="done") ^ Q(result_id__isnull=True), name="upload_done_has_result"),
            models.CheckConstraint(
                condition=~Q(state__in=FINISHED) | Q(preview={}), name="upload_finished_keeps_no_preview"
            ),
            models.CheckConstraint(condition=Q(file_size__gt=0), name="upload_is_not_empty"),
            models.CheckConstraint(condition=Q(actor__regex=r"^(user|system):.+"), name="upload_actor_is_named"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Upload {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


class UploadPiece(models.Model):
    """A piece of the file, encrypted. There are none once the upload is finished."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="upload_piece_once")]

    def __str__(self) -> str:
        return f"Piece {self.number} of upload {self.upload_id}"
