"""The figures of the plumbing: sweeps and their last runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from badgeportal.watch.gauges import Gauge, age, register
from badgeportal.watch.models import SweepRun
from badgeportal.watch.recording import sweeps


@register
def sweep_figures(now: datetime) -> Iterable[Gauge]:
    """How long ago each sweep ran and succeeded, how it ended and what it counted. One query."""
    names = sweeps()
    runs = [run for run in SweepRun.objects.order_by("task") if run.task in names]
    ended = {run.task: age(now, run.last_ended_at) for run in runs}
    succeeded = {run.task: age(now, run.last_succeeded_at) for run in runs if run.last_succeeded_at}
    yield Gauge("portal_sweep_age_seconds", "Seconds since the sweep last ended.", ended, "sweep")
    yield Gauge("portal_sweep_success_age_seconds", "Seconds since it last succeeded.", succeeded, "sweep")
    yield Gauge(
        "portal_sweep_ok", "1 when its last run succeeded.", {r.task: float(r.succeeded) for r in runs}, "sweep"
    )
    yield Gauge("portal_sweep_seconds", "How long its last run took.", {r.task: r.seconds for r in runs}, "sweep")
    results = {run.task: float(run.result) for run in runs if run.result is not None}
    yield Gauge("portal_sweep_result", "What its last run counted.", results, "sweep")
    yield Gauge("portal_sweep_failures", "Runs that failed.", {r.task: float(r.failures) for r in runs}, "sweep")
    never = float(len(names) - len(runs))
    yield Gauge("portal_sweeps_never_run", "Sweeps on the timetable that have not run yet.", {"": never})
