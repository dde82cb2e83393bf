"""One parcel for one order, as DX was told of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q

from fulfilment.models.batch import Batch
from orders.lifecycle import State
from orders.models import Order
from orders.models.order import data_in_use
from orders.reference import parse_reference


class ConsignmentQuerySet(models.QuerySet["Consignment"]):
    def in_file_order(self) -> Self:
        """As the lines stand in the DX file and on the pick list; what was taken out of the handover is in neither."""
        return self.filter(withdrawn_at__isnull=True).order_by("pk")

    def of_restricted_people(self) -> Self:
        """Those that go nowhere while the use of their person's data is limited."""
        return self.exclude(data_in_use("order__"))

    def of_erased_people(self) -> Self:
        """Their labels are blank: the file for DX cannot be made again."""
        return self.filter(anonymised_at__isnull=False)

    def live(self) -> Self:
        """Those that still stand for their order."""
        return self.filter(live=True)

    def told_to_dx(self) -> Self:
        """Of batches that are closed or sent: DX may know these parcels."""
        return self.filter(batch__state__in=(Batch.State.CLOSED, Batch.State.SENT))

    def of_orders(self, order_ids: Iterable[int]) -> Self:
        """The parcels of these orders, newest first."""
        return self.filter(order__in=order_ids).order_by("-pk")

    def named(self, *, references: Iterable[str], numbers: Iterable[str]) -> Self:
        """The parcels with these references of ours, or these numbers of DX's."""
        return self.filter(Q(reference__in=references) | Q(dx_number__in=numbers) & ~Q(dx_number=""))

    def matching(self, text: str) -> Self:
        """The parcels with this reference of ours or this number of DX's, and those of the order with this reference."""
        name = text.replace(" ", "").upper()
        # Ids, not a join: each part of it has an index only as long as all are columns of this table.
        orders = list(Order.objects.with_reference(parse_reference(text) or "").values_list("pk", flat=True))
        return self.filter(Q(reference=name) | Q(dx_number=name) & ~Q(dx_number="") | Q(order__in=orders))

    def on_its_way(self) -> Self:
        """With DX, neither delivered nor back."""
        return self.filter(dispatched_at__isnull=False, delivered_at__isnull=True, returned_at__isnull=True)

    def delivered(self) -> Self:
        return self.filter(delivered_at__isnull=False)

    def awaiting_decision(self) -> Self:
        """Came back, and nobody has said yet whether to send the badges again."""
        return self.filter(returned_at__isnull=False, order__state=State.RETURNED)


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
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="Taken out of the handover after its batch was closed."
    )

    objects = ConsignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "parcel"
        permissions = [("resend_consignment", "Can say what becomes of a parcel that came back")]
        indexes = [
            # A batch's page shows its first hundred; by the number alone PostgreSQL walks through the parcels of all batches.
            models.Index(fields=["batch", "id"], condition=Q(withdrawn_at__isnull=True), name="consignment_of_batch"),
            models.Index(fields=["dx_number"], condition=~Q(dx_number=""), name="consignment_dx_number"),
            models.Index(
                fields=["id"],
                condition=Q(dispatched_at__isnull=False, delivered_at__isnull=True, returned_at__isnull=True),
                name="consignment_on_its_way",
            ),
            models.Index(fields=["id"], condition=Q(returned_at__isnull=False), name="consignment_came_back"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(live=True), name="consignment_one_live_for_each_order"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="consignment_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^CB[2-9A-HJKMNP-RTV-Z]{11}$"), name="consignment_reference_shape"
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(frozen_lines={}), name="consignment_erased_holds_no_lines"
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(live=False), name="consignment_that_came_back_is_not_live"
            ),
            models.CheckConstraint(
                condition=Q(dispatched_at__isnull=False) | Q(delivered_at__isnull=True, returned_at__isnull=True),
                name="consignment_ends_only_after_it_left",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(returned_at__isnull=True), name="consignment_ends_one_way"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(live=False, frozen_lines={}),
                name="consignment_withdrawn_holds_no_lines",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
