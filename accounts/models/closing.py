"""Closing the portal for good: the plan with its three dates, the steps of the destroying, and the certificate."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ClosingPlanQuerySet(models.QuerySet["ClosingPlan"]):
    def live(self) -> Self:
        """The one plan that counts, also once it is carried out; a plan that was called off does not."""
        return self.exclude(state=ClosingPlan.State.CALLED_OFF)

    def newest_first(self) -> Self:
        return self.order_by("-scheduled_at", "-pk")


class ClosingPlan(models.Model):
    """When ordering stops, when sign-in stops, and from when the data is destroyed. Two managers are needed."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "Waiting for a second manager to confirm"
        CONFIRMED = "confirmed", "Confirmed"
        DESTROYING = "destroying", "The data is being destroyed"
        DESTROYED = "destroyed", "The data is destroyed; the last step is the operators’"
        CLOSED = "closed", "Closed, with a certificate"
        CALLED_OFF = "called_off", "Called off"

    BEGUN = (State.DESTROYING, State.DESTROYED, State.CLOSED)

    # One live plan for the one portal.
    portal = models.ForeignKey("accounts.Portal", on_delete=models.PROTECT, default=1, editable=False, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.SCHEDULED)
    ordering_stops_at = models.DateTimeField("ordering stops")
    sign_in_stops_at = models.DateTimeField("sign-in stops")
    destroyed_from = models.DateTimeField("the data is destroyed from")
    staff_kept_until = models.DateField(
        "staff accounts are kept until",
        null=True,
        blank=True,
        help_text="Empty: they are anonymised with everybody else. DHSC analysts keep their sign-in in any case.",
    )
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField("scheduled")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("confirmed", null=True, blank=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    called_off_at = models.DateTimeField("called off", null=True, blank=True)
    backup_key_destroyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    backup_key_destroyed_at = models.DateTimeField("backup key destroyed", null=True, blank=True)
    # How many of the mails to everybody have gone out whole, and how far the one under way has come.
    notices_sent = models.PositiveSmallIntegerField(default=0)
    told_up_to = models.BigIntegerField(default=0)
    started_at = models.DateTimeField("destroying began", null=True, blank=True)
    finished_at = models.DateTimeField("destroying ended", null=True, blank=True)
    staff_ended_at = models.DateTimeField("staff accounts anonymised", null=True, blank=True)
    # Rows by table when it began.
    counts_before = models.JSONField(default=dict, blank=True)
    # Keyed digests of a sample of what was there, for the scan; gone with the certificate.
    sample = models.JSONField(default=dict, blank=True)

    objects = ClosingPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "closing of the portal"
        verbose_name_plural = "closing of the portal"
        default_permissions = ("view",)
        permissions = [("close_portal", "Can schedule and confirm the closing of the portal")]
        constraints = [
            models.UniqueConstraint(
                fields=["portal"], condition=~Q(state="called_off"), name="closing_one_live_plan_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ordering_stops_at__lt=F("sign_in_stops_at"), sign_in_stops_at__lt=F("destroyed_from")),
                name="closing_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("scheduled_by")),
                name="closing_confirmed_by_a_second_manager",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True, state__in=["scheduled", "called_off"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(state="scheduled"),
                name="closing_goes_on_only_when_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state="called_off", called_off_by__isnull=False, called_off_at__isnull=False)
                | ~Q(state="called_off") & Q(called_off_by__isnull=True, called_off_at__isnull=True),
                name="closing_called_off_by_somebody",
            ),
            # What is begun cannot be called off.
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, state__in=["scheduled", "confirmed", "called_off"])
                | Q(started_at__isnull=False, state__in=["destroying", "destroyed", "closed"])
                & Q(backup_key_destroyed_at__isnull=False, started_at__gte=F("destroyed_from")),
                name="closing_begun_is_not_called_off",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=False, state__in=["destroyed", "closed"])
                | Q(finished_at__isnull=True) & ~Q(state__in=["destroyed", "closed"]),
                name="closing_destroyed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(backup_key_destroyed_at__isnull=True) ^ Q(backup_key_destroyed_by__isnull=False),
                name="closing_backup_key_destroyed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Closing {self.pk}"

    @property
    def is_begun(self) -> bool:
        return self.state in self.BEGUN

    @property
    def is_confirmed(self) -> bool:
        """Two managers have decided it, whether or not it has begun."""
        return self.state == self.State.CONFIRMED or self.is_begun

    @property
    def can_be_called_off(self) -> bool:
        return self.state in (self.State.SCHEDULED, self.State.CONFIRMED)

    @property
    def must_be_confirmed_by(self) -> datetime:
        """Later, people would hear of it too late."""
        return self.ordering_stops_at - timedelta(days=settings.CLOSING_NOTICE_DAYS - settings.CLOSING_CONFIRM_DAYS)

    def ordering_is_off(self, now: datetime) -> bool:
        return self.is_confirmed and now >= self.ordering_stops_at

    def sign_in_is_off(self, now: datetime) -> bool:
        """For people who order badges. Staff and analysts go on."""
        return self.is_confirmed and now >= self.sign_in_stops_at


class ClosingSettlement(models.Model):
    """Something open that closing need not wait for, because a manager says why. The reason is one of a list."""

    class Reason(models.TextChoices):
        ANSWERED_OUTSIDE = "answered_outside", "It was answered by phone or letter, outside the portal"
        MET_BY_CLOSING = (
            "met_by_closing",
            "Destroying the data is what the person asked for, or does all they asked for",
        )
        WITH_DHSC = "with_dhsc", "DHSC, the controller, has taken it over"
        NO_REPLY = "no_reply", "The person does not answer us, and has been told what happens"
        WITH_DX = "with_dx", "The parcel is with DX, and nothing is left for us to do"

    plan = models.ForeignKey(ClosingPlan, on_delete=models.PROTECT, related_name="settlements")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        verbose_name = "matter settled for closing"
        verbose_name_plural = "matters settled for closing"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["plan", "subject_type", "subject_id"], name="closing_settled_once"),
            models.CheckConstraint(
                condition=Q(reason__in=["answered_outside", "met_by_closing", "with_dhsc", "no_reply", "with_dx"]),
                name="closing_settled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"


class ClosingStepQuerySet(models.QuerySet["ClosingStep"]):
    def in_order(self) -> Self:
        return self.order_by("number")

    def unfinished(self) -> Self:
        return self.filter(finished_at__isnull=True).in_order()


class ClosingStep(models.Model):
    """One step of the destroying: a table, or a place outside the database. It is how a run finds where the last one was."""

    plan = models.ForeignKey(ClosingPlan, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=[("table", "table"), ("place", "place")])
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    # How many there were at the start, how far the work has come by number of row, and how many were overwritten or deleted.
    rows_before = models.PositiveBigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ClosingStepQuerySet.as_manager()

    class Meta:
        verbose_name = "step of closing"
        verbose_name_plural = "steps of closing"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="closing_step_once")]

    def __str__(self) -> str:
        return self.title


class ClosureCertificate(models.Model):
    """What proves that the portal is closed. It holds counts, times and opaque numbers; nobody is named."""

    plan = models.OneToOneField(ClosingPlan, on_delete=models.PROTECT, related_name="certificate")
    content = models.JSONField()
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "closure certificate"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="certificate_has_its_sum"),
        ]

    def __str__(self) -> str:
        return f"Certificate {self.pk}"
