"""A complaint about how personal data is used: acknowledged within 30 days, looked into, and answered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from accounts.models.addressee import WithoutAccount
from accounts.models.data_request import DataRequest

# Data (Use and Access) Act 2025, section 103, in force since 19 June 2026.
DAYS_TO_ACKNOWLEDGE = 30


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def unacknowledged(self) -> Self:
        """We have not yet told the person that we have their complaint."""
        return self.open().filter(acknowledged_on__isnull=True)

    def overdue(self, today: date) -> Self:
        """Not acknowledged within 30 days."""
        return self.unacknowledged().filter(received_on__lt=today - timedelta(days=DAYS_TO_ACKNOWLEDGE))

    def counted(self, today: date) -> dict[str, int]:
        """How many are open, and how many of them are not acknowledged in time. One query."""
        before = today - timedelta(days=DAYS_TO_ACKNOWLEDGE)
        late = Q(acknowledged_on__isnull=True, received_on__lt=before)
        return self.open().aggregate(open=Count("pk"), late=Count("pk", filter=late))

    def of_account(self, account_id: int) -> Self:
        return self.filter(account=account_id).order_by("-received_on", "-pk")


class Complaint(WithoutAccount):
    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        PARTLY_UPHELD = "partly_upheld", "Upheld in part"
        NOT_UPHELD = "not_upheld", "Not upheld"
        WITHDRAWN = "withdrawn", "Withdrawn by the person"

    channel = models.CharField("how it came", max_length=10, choices=DataRequest.Channel.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="data_complaints"
    )
    request = models.ForeignKey(
        DataRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints",
        verbose_name="about the data request",
    )  # fmt: skip
    words = models.TextField("in the person’s words", max_length=3000, blank=True)
    received_on = models.DateField("received on")
    opened_at = models.DateTimeField("opened")
    opened_by = models.CharField(max_length=80)
    acknowledged_on = models.DateField("acknowledged on", null=True, blank=True)
    investigated_from = models.DateField("looked into since", null=True, blank=True)
    findings = models.TextField("what we found", max_length=3000, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField("closed", null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    answer = models.TextField("what the person was told", max_length=3000, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "complaint about personal data"
        verbose_name_plural = "complaints about personal data"
        default_permissions = ("view",)
        permissions = [("run_complaint", "Can open and answer complaints about personal data")]
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_by__regex=r"^(user|system):.+"), name="complaint_opened_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_on__isnull=True) | Q(acknowledged_on__gte=F("received_on")),
                name="complaint_acknowledged_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(investigated_from__isnull=True) | Q(investigated_from__gte=F("received_on")),
                name="complaint_looked_into_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by="", outcome="", answer="")
                | Q(closed_at__isnull=False, acknowledged_on__isnull=False, closed_by__startswith="user:")
                & ~Q(outcome=""),
                name="complaint_closed_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True)
                | Q(contact_name="", contact_email="", contact_address="", listed_email="", order_ids=[]),
                name="complaint_has_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"DC-{self.pk:05d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def acknowledge_by(self) -> date:
        return self.received_on + timedelta(days=DAYS_TO_ACKNOWLEDGE)
