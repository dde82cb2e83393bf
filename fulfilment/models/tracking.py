"""What DX tells us about parcels."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from fulfilment.models.consignment import Consignment


class TrackingImport(models.Model):
    """One tracking file, with what became of its rows."""

    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField("new events", default=0)
    repeated = models.PositiveIntegerField("known already", default=0)
    unknown = models.PositiveIntegerField("unknown parcels", default=0)
    failed = models.PositiveIntegerField("could not be used", default=0)
    actor = models.CharField("loaded by", max_length=80)
    at = models.DateTimeField("loaded at")

    class Meta:
        verbose_name = "tracking file"
        permissions = [("import_tracking", "Can load tracking files")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=F("new") + F("repeated") + F("unknown") + F("failed")),
                name="tracking_import_counts_every_row_once",
            ),
            models.CheckConstraint(
                condition=Q(actor__regex=r"^(user|system):.+"), name="tracking_import_actor_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"Tracking file {self.pk}"


class TrackingRowQuerySet(models.QuerySet["TrackingRow"]):
    def older_than(self, before: datetime) -> Self:
        """Of files read in before that moment."""
        return self.filter(tracking_import__at__lt=before)


class TrackingRow(models.Model):
    """A row of a tracking file that needs a look: an unknown reference, a date that cannot be read."""

    tracking_import = models.ForeignKey(TrackingImport, on_delete=models.CASCADE, related_name="problem_rows")
    row_number = models.PositiveIntegerField()
    column = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=200)

    objects = TrackingRowQuerySet.as_manager()

    class Meta:
        ordering = ["row_number", "pk"]

    def __str__(self) -> str:
        return f"Row {self.row_number}"


class TrackingEvent(models.Model):
    class Kind(models.TextChoices):
        BOOKED = "booked", "Booked with DX"
        COLLECTED = "collected", "Collected by DX"
        IN_TRANSIT = "in_transit", "In DX's network"
        OUT_FOR_DELIVERY = "out_for_delivery", "Out for delivery"
        DELIVERED = "delivered", "Delivered"
        PROBLEM = "problem", "Problem with delivery"
        RETURNED = "returned", "Returned to sender"

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="tracking_events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField()
    source = models.ForeignKey(TrackingImport, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "kind", "at"], name="tracking_event_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "booked",
                        "collected",
                        "in_transit",
                        "out_for_delivery",
                        "delivered",
                        "problem",
                        "returned",
                    ]
                ),
                name="tracking_event_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.consignment_id}"
