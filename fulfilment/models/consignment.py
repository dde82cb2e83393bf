"""One parcel for one order, as DX was told of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fulfilment.models.batch import Batch
from orders.models import Order


class Consignment(models.Model):
    """The lines are frozen when the batch closes, as they stand in its file; erasure blanks them and the hash remains."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="consignments")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="consignments")
    reference = models.CharField(
        "consignment reference", max_length=14, unique=True, help_text="Opaque; what DX knows it by."
    )
    live = models.BooleanField(default=True, help_text="False once its batch is cancelled or the parcel came back.")
    quantity = models.PositiveIntegerField()
    frozen_lines = models.JSONField(default=dict, blank=True, help_text="Name and address by column of the DX file.")
    anonymised_at = models.DateTimeField(null=True, blank=True)
    dx_number = models.CharField("DX consignment number", max_length=40, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["dx_number"], condition=~Q(dx_number=""), name="consignment_dx_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(live=True), name="consignment_one_live_for_each_order"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="consignment_quantity_above_zero"),
        ]

    def __str__(self) -> str:
        return self.reference
