"""A link sent to a listed inbox: whoever controls that inbox can confirm the order by pressing a button."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from orders.models import Order
from verification.models.listing import Listing


class ListedInboxLink(models.Model):
    """Only a digest of the token is kept. The address it went to is not: it is on the listing."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="inbox_links")
    listing = models.ForeignKey(Listing, on_delete=models.SET_NULL, null=True, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["order", "-sent_at"], name="inbox_link_of_order")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("sent_at")), name="inbox_link_expires_later"),
        ]

    def __str__(self) -> str:
        return f"Link {self.pk}"
