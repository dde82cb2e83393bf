"""Badges in the warehouse: an append-only ledger of movements and one balance row that can never go below zero."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from orders.models.order import Order
from orders.reference import parse_reference


class MovementKind(models.TextChoices):
    RECEIVED = "received", "Received from the maker"
    CORRECTED = "corrected", "Corrected after a count"
    WRITTEN_OFF = "written_off", "Written off"
    RESERVED = "reserved", "Reserved for an order"
    RELEASED = "released", "Released by a cancelled or refused order"
    DISPATCHED = "dispatched", "Handed to the courier"
    RETURNED = "returned", "Came back to the shelf"
    RETURNED_AND_RESERVED = "returned_and_reserved", "Came back and is to be sent again"


BY_HAND = (MovementKind.RECEIVED, MovementKind.CORRECTED, MovementKind.WRITTEN_OFF)


class StockMovementQuerySet(models.QuerySet["StockMovement"]):
    def newest_by_hand(self) -> int:
        """The number of the newest movement that a person made, 0 when there is none."""
        return self.by_hand().order_by("-pk").values_list("pk", flat=True).first() or 0

    def by_hand(self) -> Self:
        """Made by a person, with a reason and for no order."""
        return self.filter(kind__in=BY_HAND)

    def matching(self, text: str) -> Self:
        """The movements of the order with this reference; for any other text those by hand whose reason has it."""
        reference = parse_reference(text)
        if reference:
            return self.filter(order__reference=reference)
        return self.by_hand().filter(reason__icontains=text.strip())


class StockMovement(models.Model):
    """One line of the ledger. The balance is the sum of these and nothing else."""

    kind = models.CharField(max_length=22, choices=MovementKind.choices)
    on_hand_change = models.IntegerField()
    reserved_change = models.IntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="stock_movements")
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = StockMovementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="stock_newest_first"),
            models.Index(fields=["id"], condition=Q(kind__in=BY_HAND), name="stock_by_hand"),
        ]
        permissions = [("manage_stock", "Can receive, correct and write off badges")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="received", on_hand_change__gt=0, reserved_change=0)
                | Q(kind="corrected", reserved_change=0) & ~Q(on_hand_change=0)
                | Q(kind="written_off", on_hand_change__lt=0, reserved_change=0)
                | Q(kind="reserved", on_hand_change=0, reserved_change__gt=0)
                | Q(kind="released", on_hand_change=0, reserved_change__lt=0)
                | Q(kind="dispatched", on_hand_change__lt=0, reserved_change=F("on_hand_change"))
                | Q(kind="returned", on_hand_change__gt=0, reserved_change=0)
                | Q(kind="returned_and_reserved", on_hand_change__gt=0, reserved_change=F("on_hand_change")),
                name="stock_movement_signs_fit_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[*BY_HAND], order__isnull=True) & ~Q(reason="")
                | ~Q(kind__in=[*BY_HAND]) & Q(order__isnull=False),
                name="stock_movement_has_a_reason_or_an_order",
            ),
            models.CheckConstraint(
                condition=Q(actor__regex=r"^(user|system):.+"), name="stock_movement_actor_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


def _total(rows: QuerySet, column: str) -> Coalesce:
    summed = rows.order_by().annotate(all=Value(1)).values("all").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(summed), 0)


class StockBalanceQuerySet(models.QuerySet["StockBalance"]):
    def available(self) -> int:
        """Badges that can be ordered at this moment."""
        on_hand, reserved = self.values_list("on_hand", "reserved").get(pk=1)
        return on_hand - reserved

    def with_proof(self) -> Self:
        """With what the ledger and the orders say, in one statement and so at one moment: `ledger_on_hand`,
        `ledger_reserved` and `owed`.
        """
        return self.annotate(
            ledger_on_hand=_total(StockMovement.objects.all(), "on_hand_change"),
            ledger_reserved=_total(StockMovement.objects.all(), "reserved_change"),
            owed=_total(Order.objects.with_reserved_badges(), "quantity"),
        )


class StockBalance(models.Model):
    """What is on the shelf and how much of it is promised."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)

    objects = StockBalanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="stock_balance_is_one_row"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_below_zero"),
            models.CheckConstraint(condition=Q(on_hand__gte=F("reserved")), name="stock_never_promised_twice"),
        ]

    def __str__(self) -> str:
        return "Stock balance"

    @classmethod
    def current(cls) -> StockBalance:
        """The one row, written by a migration."""
        return cls.objects.get(pk=1)

    @property
    def available(self) -> int:
        """Badges that can still be ordered."""
        return self.on_hand - self.reserved
