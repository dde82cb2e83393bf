"""Who was erased, by opaque numbers, and who is to be erased once their open orders have ended."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from badgeportal.privacy.addresses import digest_of


class OpenOrders(models.TextChoices):
    """What becomes of a person's open orders when they are erased."""

    CANCEL = "cancel", "Cancel them and erase now"
    FINISH = "finish", "Let them be delivered, then erase"


class ErasureLedgerEntryQuerySet(models.QuerySet["ErasureLedgerEntry"]):
    def about_address(self, email: str) -> bool:
        """Whether somebody had this address taken off the register."""
        return self.filter(address_digests__contains=[digest_of(email)]).exists()


class ErasureLedgerEntry(models.Model):
    """One erasure, with what it touched by table. The same is kept in the second place (`badgeportal.privacy.ledger`)."""

    id = models.UUIDField("receipt number", primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField("erased at")
    actor = models.CharField("erased by", max_length=80)
    account_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    order_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    address_digests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True, help_text="Rows overwritten or deleted, by table.")
    replayed_at = models.DateTimeField("erased again after a restore at", null=True, blank=True)

    objects = ErasureLedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "erasure"
        default_permissions = ("view",)
        indexes = [models.Index(fields=["-at"], name="erasure_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(account_ids=[]) | ~Q(order_ids=[]) | ~Q(address_digests=[]), name="erasure_is_of_somebody"
            ),
            models.CheckConstraint(condition=Q(actor__regex=r"^(user|system):.+"), name="erasure_actor_is_named"),
        ]

    def __str__(self) -> str:
        return f"Erasure {self.pk}"


class PendingErasureQuerySet(models.QuerySet["PendingErasure"]):
    def oldest_first(self) -> Self:
        return self.order_by("asked_at", "pk")


class PendingErasure(models.Model):
    """An erasure that waits until the person's last open order has ended. The sign-in is stopped already."""

    account_id = models.BigIntegerField("account", null=True, blank=True, unique=True)
    order_id = models.BigIntegerField("order", null=True, blank=True, unique=True)
    asked_at = models.DateTimeField("asked for at")
    actor = models.CharField("asked for by", max_length=80)
    also_listed = models.BooleanField("also from the register", default=False)

    objects = PendingErasureQuerySet.as_manager()

    class Meta:
        verbose_name = "erasure that waits"
        verbose_name_plural = "erasures that wait"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(account_id__isnull=True) ^ Q(order_id__isnull=True), name="pending_erasure_is_of_one"
            ),
            models.CheckConstraint(
                condition=Q(actor__regex=r"^(user|system):.+"), name="pending_erasure_actor_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"Waiting erasure {self.pk}"
