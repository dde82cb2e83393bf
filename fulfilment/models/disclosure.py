"""What DX was told about whom, and when: without the address itself, so that it survives erasure."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fulfilment.models.consignment import Consignment
from orders.models import Order

# The brief: "limited to sharing name and address personal data with the delivery partner, DX".
MAY_BE_DISCLOSED = (
    "reference",
    "name",
    "address1",
    "address2",
    "address3",
    "address4",
    "address5",
    "town",
    "county",
    "postcode",
)
DX = "DX"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def about(self, orders: models.QuerySet[Order]) -> Self:
        """Those about parcels of `orders`."""
        return self.filter(consignment__order__in=orders)


class Disclosure(models.Model):
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="disclosures")
    recipient = models.CharField(max_length=40)
    fields = ArrayField(models.CharField(max_length=40))
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "recipient"], name="disclosure_once_for_each_recipient"),
            models.CheckConstraint(
                condition=Q(fields__contained_by=list(MAY_BE_DISCLOSED)), name="disclosure_of_name_and_address_only"
            ),
            models.CheckConstraint(condition=Q(actor__regex=r"^(user|system):.+"), name="disclosure_actor_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.consignment_id}"
