"""A link sent to a listed inbox: whoever controls that inbox can confirm the order by pressing a button."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from orders.models import Order
from orders.models.order import data_in_use
from verification.models.listing import Listing


class ListedInboxLinkQuerySet(models.QuerySet["ListedInboxLink"]):
    def of_order(self, order_id: int) -> Self:
        return self.filter(order=order_id)

    def to_listing(self, listing_id: int) -> Self:
        return self.filter(listing=listing_id)

    def since(self, moment: datetime) -> Self:
        return self.filter(sent_at__gt=moment)

    def expired_before(self, moment: datetime) -> Self:
        """Whether used or not, it has not worked since before `moment`; not those of orders whose data is kept and not used."""
        return self.filter(data_in_use("order__"), expires_at__lt=moment)

    def with_digest(self, digest: str) -> Self:
        return self.filter(token_digest=digest)

    def unused_at(self, now: datetime) -> Self:
        """Sent before `now`, not used, and still good."""
        return self.filter(used_at__isnull=True, expires_at__gt=now, sent_at__lt=now)


class ListedInboxLink(models.Model):
    """Only a digest of the token is kept. The address it went to is not: it is on the listing."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="inbox_links")
    listing = models.ForeignKey(Listing, on_delete=models.SET_NULL, null=True, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ListedInboxLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["order", "-sent_at"], name="inbox_link_of_order")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("sent_at")), name="inbox_link_expires_later"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True)
                | Q(used_at__gte=models.F("sent_at"), used_at__lt=models.F("expires_at")),
                name="inbox_link_used_while_good",
            ),
        ]

    def __str__(self) -> str:
        return f"Link {self.pk}"
