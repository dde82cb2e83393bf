"""One load of the register, with what it changed and the rows that it could not take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q


class RegisterImportQuerySet(models.QuerySet["RegisterImport"]):
    def running(self) -> Self:
        """Says that it is running; true of at most one, and of one that was killed until the next starts."""
        return self.filter(state=RegisterImport.State.RUNNING)

    def newest_edition(self) -> date | None:
        """Date of the newest edition of CQC's file that was loaded."""
        loaded = self.filter(state=RegisterImport.State.DONE, kind=RegisterImport.Kind.HSCA)
        return loaded.aggregate(newest=models.Max("edition"))["newest"]


class RegisterImport(models.Model):
    class Kind(models.TextChoices):
        HSCA = "hsca", "CQC care directory with filters (HSCA_Active_Locations.ods)"
        CONTACTS = "contacts", "Contact extract (emails and ODS codes)"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped: it would close too many listings"
        REFUSED = "refused", "Refused: not the right file"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64, blank=True)
    edition = models.DateField("edition of the source", null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    out_of_scope = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=400, blank=True)
    actor = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RegisterImportQuerySet.as_manager()

    class Meta:
        permissions = [("import_register", "Can load the register")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running") ^ Q(finished_at__isnull=False), name="register_import_ended_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(actor__regex=r"^(user|system):.+"), name="register_import_actor_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class FailedRowQuerySet(models.QuerySet["FailedRow"]):
    def of_import(self, register_import_id: int) -> Self:
        return self.filter(register_import=register_import_id).order_by("row_number", "pk")

    def read_before(self, before: datetime) -> Self:
        return self.filter(register_import__started_at__lt=before)

    def for_download(self) -> Iterator[tuple[int, str, str, str]]:
        """(row number, column, value, what to do) of each, without holding them all."""
        return self.values_list("row_number", "column", "value", "reason").iterator(chunk_size=2_000)


class FailedRow(models.Model):
    """A row that was left out: where it is in the file, what is wrong with it, and how to mend it."""

    register_import = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="failed_rows")
    row_number = models.PositiveIntegerField(help_text="As a spreadsheet numbers it: the header is row 1.")
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300)

    objects = FailedRowQuerySet.as_manager()

    class Meta:
        ordering = ["row_number", "pk"]

    def __str__(self) -> str:
        return f"Row {self.row_number}"
