"""The portal's own switches: one row, changed by a portal manager."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class Portal(models.Model):
    """Whether ordering is open. Sign-in, tracking and data rights go on when it is not."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ordering_open = models.BooleanField("ordering is open", default=True)
    ordering_closes_at = models.DateTimeField("ordering closes on", null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "portal"
        verbose_name_plural = "portal"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="portal_is_one_row")]
        permissions = [("open_and_close_portal", "Can open and close ordering")]

    def __str__(self) -> str:
        return "The portal"

    @classmethod
    def current(cls) -> Portal:
        """The one row, written by a migration."""
        return cls.objects.get(pk=1)

    def ordering_open_at(self, now: datetime) -> bool:
        return self.ordering_open and (self.ordering_closes_at is None or now < self.ordering_closes_at)
