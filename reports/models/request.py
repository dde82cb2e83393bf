"""A manager's wish that figures be published for a week that has none, because they were withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from reports.models.snapshot import Snapshot


class SnapshotRequestQuerySet(models.QuerySet["SnapshotRequest"]):
    def open(self) -> Self:
        """Asked for and not published yet, the earliest week first."""
        return self.filter(done_at__isnull=True).order_by("week")

    def asked_before(self, before: datetime) -> Self:
        return self.filter(asked_at__lt=before)


class SnapshotRequest(models.Model):
    class Fault(models.TextChoices):
        CONTRADICTS = (
            "contradicts",
            "they contradict figures that were published before, and would show which were wrong",
        )
        BROKEN = "broken", "something went wrong while they were computed"

    week = models.DateField(help_text="The Monday on which the week begins, Europe/London.")
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True, help_text="When they could last not be published.")
    fault = models.CharField(max_length=20, blank=True, db_default="", choices=Fault, help_text="Why not.")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = SnapshotRequestQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["week"], condition=Q(done_at__isnull=True), name="snapshot_request_one_open_for_each_week"
            ),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="snapshot_request_week_begins_on_monday"),
            models.CheckConstraint(condition=Q(asked_by__startswith="user:"), name="snapshot_request_by_a_person"),
            models.CheckConstraint(
                condition=Q(snapshot__isnull=True) | Q(done_at__isnull=False), name="snapshot_request_done_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(tried_at__isnull=True, fault="")
                | Q(tried_at__isnull=False, fault__in=["contradicts", "broken"]),
                name="snapshot_request_fault_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Figures for the week of {self.week:%-d %B %Y}"
