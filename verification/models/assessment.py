"""Each automatic attempt to verify an order: what was compared, what came out. A machine may accept, never refuse."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.models import Order
from verification.models.listing import Listing


class Outcome(models.TextChoices):
    VERIFIED = "verified", "Verified"
    TO_A_PERSON = "to_a_person", "A person will check"


class Reason(models.TextChoices):
    """Why a person looks at an order."""

    CODE_UNKNOWN = "code_unknown", "The ODS code is not on the register"
    CODE_NOT_THIS_LISTING = (
        "code_not_this_listing",
        "The ODS code belongs to another organisation than the one confirmed",
    )
    EMAIL_NOT_LISTED = "email_not_listed", "The account's email is not on the listing"
    EMAIL_NOT_CONFIRMED = "email_not_confirmed", "The account's email is not confirmed"
    LISTING_CLOSED = "listing_closed", "The listing is no longer active"
    LISTING_DENIED = "listing_denied", "The provider said the listing found is not theirs"
    CHANGED_CQC_ANSWER = "changed_cqc_answer", "Said CQC registered first, then not"
    OVER_THRESHOLD = "over_threshold", "Not CQC registered, and more badges than pass unchecked"
    TOGETHER_OVER_THRESHOLD = "together_over_threshold", "Together with earlier orders, more badges than pass unchecked"
    VERY_LARGE = "very_large", "A very large order"
    ADDRESS_CHANGED = "address_changed", "The delivery address was changed after a check was approved"
    OUTSIDE_ENGLAND = "outside_england", "The delivery address may be outside England"


class Assessment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="assessments")
    at = models.DateTimeField()
    inputs_digest = models.CharField(
        max_length=64, help_text="Digest of what was compared, to see whether a new attempt differs."
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reasons = ArrayField(models.CharField(max_length=30, choices=Reason.choices), default=list, blank=True)
    listing = models.ForeignKey(Listing, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    badges_together = models.PositiveIntegerField(
        default=0, help_text="Badges of all orders that count together with this one."
    )
    actor = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["order", "-at"], name="assessment_of_order")]
        constraints = [
            # The brief, "Automated decision making": the portal has no way to write a refusal here.
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="assessment_never_refuses"),
            models.CheckConstraint(
                condition=Q(outcome="verified", reasons=[]) | Q(outcome="to_a_person") & ~Q(reasons=[]),
                name="assessment_reasons_fit_outcome",
            ),
            models.CheckConstraint(condition=Q(actor__regex=r"^system:.+"), name="assessment_is_by_a_job"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.order_id}"
