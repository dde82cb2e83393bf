"""The log of breaches of personal data, near misses too, with the 72 hours within which the ICO is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, F, Q

# UK GDPR, article 33(1): from when we became aware of it.
HOURS_TO_REPORT = timedelta(hours=72)


class BreachQuerySet(models.QuerySet["Breach"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def to_report(self) -> Self:
        """The ICO has not been told, and nobody has decided that it need not be."""
        return self.open().filter(reported_at__isnull=True).exclude(risk=Breach.Risk.UNLIKELY)

    def overdue(self, now: datetime) -> Self:
        """72 hours have passed and the ICO has not been told."""
        return self.to_report().filter(noticed_at__lt=now - HOURS_TO_REPORT)

    def counted(self, now: datetime) -> dict[str, int]:
        """How many are open, and of how many the ICO was not told in time. One query."""
        late = Q(reported_at__isnull=True, noticed_at__lt=now - HOURS_TO_REPORT) & ~Q(risk=Breach.Risk.UNLIKELY)
        return self.open().aggregate(open=Count("pk"), late=Count("pk", filter=late))


class Breach(models.Model):
    """What happened to personal data that should not have. It describes, and names nobody: the form takes no addresses."""

    class Risk(models.TextChoices):
        UNKNOWN = "unknown", "Not yet known"
        UNLIKELY = "unlikely", "A risk to people is unlikely"
        RISK = "risk", "There is a risk to people"
        HIGH = "high", "There is a high risk to people"

    what = models.TextField("what happened", max_length=3000)
    happened_on = models.DateField("when it happened, if known", null=True, blank=True)
    noticed_at = models.DateTimeField("noticed")
    people = models.PositiveIntegerField("how many people, about", null=True, blank=True)
    near_miss = models.BooleanField("a near miss: nothing reached the wrong hands", default=False)
    logged_at = models.DateTimeField("logged")
    logged_by = models.CharField(max_length=80)
    risk = models.CharField("risk to people", max_length=10, choices=Risk.choices, default=Risk.UNKNOWN)
    risk_reason = models.TextField("why we think so", max_length=2000, blank=True)
    reported_at = models.DateTimeField("ICO told", null=True, blank=True)
    ico_reference = models.CharField("the ICO’s reference", max_length=40, blank=True)
    late_reason = models.TextField("why the ICO was told late", max_length=2000, blank=True)
    people_told_at = models.DateTimeField("people told", null=True, blank=True)
    measures = models.TextField("what was done about it", max_length=3000, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField("closed", null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = "breach of personal data"
        verbose_name_plural = "breaches of personal data"
        default_permissions = ("view",)
        permissions = [("run_breach", "Can log and close breaches of personal data")]
        constraints = [
            models.CheckConstraint(condition=Q(logged_by__startswith="user:"), name="breach_logged_by_a_person"),
            models.CheckConstraint(
                condition=Q(risk="unknown", risk_reason="") | ~Q(risk="unknown") & ~Q(risk_reason=""),
                name="breach_risk_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(reported_at__gte=F("noticed_at")),
                name="breach_reported_after_it_was_noticed",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True, late_reason="")
                | Q(reported_at__isnull=False, reported_at__lte=F("noticed_at") + HOURS_TO_REPORT)
                | Q(reported_at__isnull=False) & ~Q(late_reason=""),
                name="breach_reported_late_says_why",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by="")
                | Q(closed_at__isnull=False, closed_by__startswith="user:") & ~Q(risk="unknown") & ~Q(measures=""),
                name="breach_closed_by_a_person_who_knows_the_risk",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(risk="unlikely") | Q(reported_at__isnull=False),
                name="breach_with_a_risk_is_reported_before_it_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(risk="high") | Q(people_told_at__isnull=False),
                name="breach_with_a_high_risk_is_told_to_people",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"DB-{self.pk:05d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def report_by(self) -> datetime:
        return self.noticed_at + HOURS_TO_REPORT
