"""What was published: a snapshot for each week, its tables and their cells. Written once; only a withdrawal is added later."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from reports.periods import Period, PeriodKind


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def published(self) -> Self:
        """What DHSC may see: not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-week", "-version")

    def of_week(self, monday: date) -> Self:
        return self.filter(week=monday)


class Snapshot(models.Model):
    """The figures published for the week that begins on the Monday `week`. `version` counts from 1 within the week."""

    week = models.DateField(help_text="The Monday on which the week begins, Europe/London.")
    version = models.PositiveSmallIntegerField(default=1)
    published_at = models.DateTimeField()
    published_by = models.CharField(
        max_length=80, help_text="`system:` and the job, or `user:` and the account number."
    )
    software = models.CharField(max_length=40, help_text="The version of the portal that computed it.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-week", "-version"]
        permissions = [("publish_snapshot", "Can publish an extra snapshot and withdraw one")]
        constraints = [
            models.UniqueConstraint(fields=["week", "version"], name="snapshot_one_of_each_version"),
            models.UniqueConstraint(
                fields=["week"], condition=Q(withdrawn_at__isnull=True), name="snapshot_one_published_for_each_week"
            ),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="snapshot_week_begins_on_monday"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="", withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="") & ~Q(withdrawn_reason=""),
                name="snapshot_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Week of {self.week:%-d %B %Y}, version {self.version}"

    @property
    def period(self) -> Period:
        return Period.week(self.week)


class PublishedTable(models.Model):
    """One table of a snapshot, with the rule of disclosure control that was used for it."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="tables")
    code = models.SlugField(max_length=40, help_text="Names the definition in `reports.measures`.")
    position = models.PositiveSmallIntegerField()
    period_kind = models.CharField(max_length=12, choices=PeriodKind.choices)
    period_starts = models.DateField()
    period_ends = models.DateField(help_text="The Monday after the last day.")
    rounded_to = models.PositiveSmallIntegerField(
        help_text="1 when counts are exact, else the nearest multiple of this."
    )
    fewest_organisations = models.PositiveSmallIntegerField(help_text="Fewer than this behind a cell hide it.")
    rule = models.TextField(help_text="The rule in words, as printed with the table.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "code"], name="published_table_once_in_a_snapshot"),
            models.CheckConstraint(condition=Q(rounded_to__in=(1, 5)), name="published_table_rounding_is_known"),
            models.CheckConstraint(condition=Q(fewest_organisations__gte=8), name="published_table_eight_or_more"),
            models.CheckConstraint(
                condition=Q(period_kind__in=PeriodKind.values), name="published_table_period_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    period_starts__iso_week_day=1, period_ends__iso_week_day=1, period_ends__gt=F("period_starts")
                ),
                name="published_table_whole_weeks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period_starts:%Y-%m-%d}"

    @property
    def period(self) -> Period:
        return Period(self.period_starts, self.period_ends)


class Mark(models.TextChoices):
    """Shorthand in place of a figure, as the Analysis Function writes it."""

    SHOWN = "", "a figure"
    CONFIDENTIAL = "c", "[c]: hidden so that nobody can be recognised"
    NOT_AVAILABLE = "x", "[x]: not available"
    NOT_APPLICABLE = "z", "[z]: does not apply"


class Cell(models.Model):
    """One figure, or the shorthand that stands in its place."""

    table = models.ForeignKey(PublishedTable, on_delete=models.PROTECT, related_name="cells")
    position = models.PositiveSmallIntegerField(help_text="The place of the row in the table, from 0.")
    row = models.CharField(max_length=40, help_text="A code: of ONS for places, `total`, or our own word.")
    label = models.CharField(max_length=120)
    # Without an index of its own: a few names stand in every row, and PostgreSQL took it where the rows of a table were wanted.
    measure = models.SlugField(max_length=40, db_index=False)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    mark = models.CharField(max_length=1, choices=Mark.choices, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["table", "row", "measure"], name="cell_once_in_a_table"),
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="cell_mark_is_known"),
            models.CheckConstraint(condition=Q(mark="") ^ Q(value__isnull=True), name="cell_a_figure_or_a_mark"),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="cell_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.row}"
