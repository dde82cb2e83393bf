"""When each sweep last ran and how it ended: one row for each task on the timetable, written over each time."""

from __future__ import annotations

from django.db import models


class SweepRun(models.Model):
    task = models.CharField(max_length=80, primary_key=True)
    last_started_at = models.DateTimeField()
    last_ended_at = models.DateTimeField()
    last_succeeded_at = models.DateTimeField(null=True, blank=True)
    succeeded = models.BooleanField()
    seconds = models.FloatField()
    result = models.BigIntegerField(null=True, blank=True)
    runs = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "run of a sweep"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(failures__gte=0, failures__lte=models.F("runs")), name="watch_failures_within_runs"
            ),
            models.CheckConstraint(
                condition=models.Q(last_ended_at__gte=models.F("last_started_at")), name="watch_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.task
