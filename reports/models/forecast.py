"""The forecast that was made from a snapshot: numbers only, written once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from reports.models.snapshot import Snapshot


class Method(models.TextChoices):
    """How badges of the coming weeks are worked out."""

    NAIVE = "naive", "the last week goes on"
    DRIFT = "drift", "the average change from week to week goes on"
    ETS = "ets", "exponential smoothing with a trend that fades"


class Outcome(models.TextChoices):
    """Why there is a forecast by this method, or none."""

    TOO_SHORT = "too_short", "too few weeks are published"
    TOO_MANY_HIDDEN = "too_many_hidden", "too many weeks are hidden"
    SIMPLE_ONLY = "simple_only", "too few weeks for the model, so the better of the two simple methods is used"
    MODEL_WON = "model_won", "the model came closest on the weeks published so far"
    MODEL_LOST = "model_lost", "a simple method came closer than the model on the weeks published so far"


DECLINED = (Outcome.TOO_SHORT, Outcome.TOO_MANY_HIDDEN)


class Forecast(models.Model):
    """What was expected when the snapshot was published. `errors`: mean absolute error in badges, by trying it on the past."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="forecast")
    computed_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    method = models.CharField(max_length=8, choices=Method.choices, blank=True)
    weeks_known = models.PositiveSmallIntegerField(help_text="Published weeks whose badges are shown.")
    weeks_hidden = models.PositiveSmallIntegerField(help_text="Weeks between them that are hidden or missing.")
    widened = models.DecimalField(
        max_digits=4, decimal_places=2, default=1, help_text="Intervals are wider by this factor."
    )
    error_naive = models.PositiveIntegerField(null=True)
    error_drift = models.PositiveIntegerField(null=True)
    error_ets = models.PositiveIntegerField(null=True)
    covered_80 = models.PositiveSmallIntegerField(
        null=True, help_text="Per cent of past weeks that fell within 80% intervals."
    )
    covered_95 = models.PositiveSmallIntegerField(null=True)
    stock = models.PositiveIntegerField(null=True, help_text="Badges available as published with the snapshot.")
    runs_out = models.DateField(null=True, help_text="The Monday of the week in which stock is expected to run out.")
    runs_out_earliest = models.DateField(null=True)
    runs_out_latest = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="forecast_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=DECLINED, method="") | ~Q(outcome__in=DECLINED) & Q(method__in=Method.values),
                name="forecast_has_a_method_or_declines",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.MODEL_WON) | Q(method=Method.ETS), name="forecast_by_the_model_that_won"
            ),
            models.CheckConstraint(
                condition=~Q(method=Method.ETS)
                | Q(error_ets__isnull=False, error_ets__lte=F("error_naive")) & Q(error_ets__lte=F("error_drift")),
                name="forecast_model_only_if_it_wins",
            ),
            models.CheckConstraint(condition=Q(widened__gte=1), name="forecast_never_narrowed"),
        ]

    def __str__(self) -> str:
        return f"Forecast from snapshot {self.snapshot_id}"


class ForecastWeek(models.Model):
    """Badges expected in one week to come, with the bounds that 80 and 95 of 100 weeks should stay within."""

    forecast = models.ForeignKey(Forecast, on_delete=models.PROTECT, related_name="weeks")
    week = models.DateField(help_text="The Monday on which the week begins.")
    expected = models.PositiveIntegerField()
    low_80 = models.PositiveIntegerField()
    high_80 = models.PositiveIntegerField()
    low_95 = models.PositiveIntegerField()
    high_95 = models.PositiveIntegerField()

    class Meta:
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["forecast", "week"], name="forecast_week_once"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="forecast_week_begins_on_monday"),
            models.CheckConstraint(
                condition=Q(
                    low_95__lte=F("low_80"),
                    low_80__lte=F("expected"),
                    expected__lte=F("high_80"),
                    high_80__lte=F("high_95"),
                ),
                name="forecast_week_wider_is_outside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week:%Y-%m-%d}"
