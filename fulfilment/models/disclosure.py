"""What DX was told about whom, and when: without the address itself, so that it survives erasure."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fulfilment.models.consignment import Consignment


class Disclosure(models.Model):
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="disclosures")
    recipient = models.CharField(max_length=40)
    fields = ArrayField(models.CharField(max_length=40))
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "recipient"], name="disclosure_once_for_each_recipient")
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.consignment_id}"
