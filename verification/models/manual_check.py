"""A check of an order by a person at APS: address and phone, with evidence and a decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from badgeportal.bulk import among
from orders.lifecycle import UNDECIDED_STATES, State
from orders.models import Order
from orders.models.order import data_in_use
from orders.search import matching as orders_matching
from verification.models.assessment import Assessment, Reason


class RefusalReason(models.TextChoices):
    """Reasons a provider is shown, in words written for them (templates/verification/refusal/)."""

    NOT_SOCIAL_CARE = "not_social_care", "The organisation is not an adult social care provider"
    ADDRESS_NOT_CONFIRMED = "address_not_confirmed", "The postal address could not be confirmed"
    PHONE_NOT_CONFIRMED = "phone_not_confirmed", "The phone number could not be confirmed"
    NOT_AUTHORISED = "not_authorised", "The organisation did not know of the order"
    DUPLICATE = "duplicate", "The organisation has already ordered"
    OUTSIDE_ENGLAND = "outside_england", "The workforce is not in England"
    UNPAID_CARERS = "unpaid_carers", "The badges were for unpaid carers"


class ManualCheckQuerySet(models.QuerySet["ManualCheck"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def waiting(self) -> Self:
        """The queue: open, and the order still waits for it. A cancelled order leaves its check to the sweep, and what is
        held about a restricted account is kept and not used."""
        return self.open().filter(data_in_use("order__"), order__state=State.CHECKING)

    def waiting_for_provider(self) -> Self:
        """Put aside until the provider has answered."""
        return self.open().filter(data_in_use("order__"), order__state=State.AWAITING_PROVIDER)

    def left_behind(self) -> Self:
        """Open, though the order does not wait for a person any more."""
        return self.open().exclude(order__state__in=UNDECIDED_STATES)

    def with_answer(self) -> Self:
        """With `has_answer`: the provider has answered a question that was asked in it."""
        answered = ManualCheck.objects.filter(pk=models.OuterRef("pk"), questions__answered_at__isnull=False)
        return self.annotate(has_answer=models.Exists(answered))

    def approved(self) -> Self:
        return self.filter(decision=ManualCheck.Decision.APPROVED)

    def free_for(self, user_id: int, now: datetime) -> Self:
        """The queue as far as the officer may take it: held by no colleague, and not handed on by them to a second person."""
        return (
            self.waiting()
            .exclude(~Q(claimed_by=user_id), claimed_until__gt=now)
            .exclude(second_person_asked_by=user_id)
        )

    def wants_second_person(self) -> Self:
        return self.filter(second_person_asked_by__isnull=False)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def of_orders(self, order_ids: Iterable[int]) -> Self:
        return self.filter(among("order", order_ids))

    def with_reason(self, reason: str) -> Self:
        return self.filter(reasons__contains=[reason])

    def matching(self, text: str) -> Self:
        """Of the orders that staff find by `text` (`orders.search`)."""
        return self.filter(order__in=Order.objects.filter(orders_matching(text)))

    def oldest_first(self) -> Self:
        return self.order_by("opened_at", "pk")

    def held_by(self, user_id: int, now: datetime) -> Self:
        """Claimed by the officer, and the claim has not run out."""
        return self.open().filter(claimed_by=user_id, claimed_until__gt=now)

    def overdue(self, before: datetime) -> Self:
        """Open since before `before`."""
        return self.open().filter(opened_at__lt=before)


class ManualCheck(models.Model):
    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="manual_checks")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reasons = ArrayField(models.CharField(max_length=30, choices=Reason.choices), default=list)
    opened_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    address_evidence = models.TextField("how the address was checked", max_length=1000, blank=True)
    phone_evidence = models.TextField("how the phone number was checked", max_length=1000, blank=True)
    sources = models.TextField("where you looked", max_length=1000, blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    refusal_reason = models.CharField(max_length=40, choices=RefusalReason.choices, blank=True)
    note = models.TextField("note for colleagues", max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_person_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_without_decision = models.CharField(
        max_length=30, blank=True, help_text="Why nobody had to decide: the order matched, or was cancelled."
    )

    objects = ManualCheckQuerySet.as_manager()

    class Meta:
        permissions = [("work_checks", "Can work the queue of manual checks")]
        indexes = [
            models.Index(fields=["opened_at", "id"], condition=Q(closed_at__isnull=True), name="check_queue"),
            models.Index(fields=["opened_at", "id"], condition=Q(closed_at__isnull=False), name="check_closed_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(closed_at__isnull=True), name="check_one_open_for_each_order"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="check_claim_has_its_end",
            ),
            # Only a person decides, and a decision closes the check.
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True)
                | ~Q(decision="") & Q(decided_by__isnull=False, closed_at__isnull=False),
                name="check_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(decision="refused") ^ Q(refusal_reason=""), name="check_refused_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, decision="", closed_without_decision="")
                | Q(closed_at__isnull=False, decision="") & ~Q(closed_without_decision="")
                | Q(closed_at__isnull=False, closed_without_decision="") & ~Q(decision=""),
                name="check_closed_says_how",
            ),
            models.CheckConstraint(condition=~Q(reasons=[]), name="check_has_its_reasons"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(claimed_by__isnull=True), name="check_closed_is_held_by_nobody"
            ),
            models.CheckConstraint(
                condition=Q(second_person_asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=models.F("second_person_asked_by")),
                name="check_second_person_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Check {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def holder_at(self, now: datetime) -> int | None:
        """Account number of the officer whose claim is live, if any."""
        if self.claimed_until is not None and self.claimed_until > now:
            return self.claimed_by_id
        return None
