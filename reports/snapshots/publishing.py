"""Publishing a week's figures: computed once, stored as anonymised cells only, and never changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Max

from badgeportal.actor import Actor
from badgeportal.alone import alone_with
from badgeportal.audit.actions import record
from badgeportal.kick import kick
from badgeportal.version import software_version
from reports.audit_kinds import SNAPSHOT_PUBLISHED
from reports.disclosure.model import ContradictionError
from reports.disclosure.shapes import FEWEST_ORGANISATIONS, HIDDEN, ProtectedTable
from reports.models import Cell, PublishedTable, Snapshot, SnapshotRequest
from reports.periods import last_closed_week
from reports.snapshots.computing import compute
from reports.snapshots.faults import WeekNotOver
from reports.snapshots.weeks import data_is_destroyed, unpublished_weeks

log = structlog.get_logger(__name__)

PUBLISH_WEEKS = "reports.publish_weeks"
# Forecasts and draws what was published; by name, as it reads snapshots and nothing here reads what it makes.
PREPARE_DASHBOARD = "reports.prepare_dashboard"
JOB = Actor.system("publish-weeks")
# Under the task's time limit with a slow last week; the run that follows goes on.
RUN_FOR = timedelta(minutes=5)


def publish_week(*, week: date, now: datetime, actor: Actor = JOB) -> Snapshot | None:
    """Publish the figures of the week that begins on the Monday `week`, and of the four weeks that end with it, if any do.

    Returns the snapshot; None when nothing was done: the week is published, another worker is at it, or the data is being
    destroyed. Raises WeekNotOver. Figures are true figures only until disclosure control has seen them.
    """
    if week.weekday() or week > last_closed_week(now):
        raise WeekNotOver
    # Held over reading, disclosure control and writing, for what is published must know all that was published before.
    with alone_with("reports.publish") as alone:
        if not alone or data_is_destroyed() or Snapshot.objects.published().of_week(week).exists():
            return None
        return _store(week, compute(week), actor=actor, now=now)


def publish_due(*, now: datetime, run_for: timedelta = RUN_FOR) -> int:
    """Publish every week that is over and has no figures yet, or for which a manager asked; returns how many were published.

    The oldest comes first. A week that cannot be published keeps no other from it; the first fault is raised at the end.
    """
    until = time.monotonic() + run_for.total_seconds()
    asked = {request.week: request for request in SnapshotRequest.objects.open()}
    published, faults = 0, []
    for week in sorted({*unpublished_weeks(now), *asked}):
        if time.monotonic() >= until:
            kick(PUBLISH_WEEKS)
            break
        request = asked.get(week)
        actor = Actor(request.asked_by) if request else JOB
        try:
            published += publish_week(week=week, now=now, actor=actor) is not None
        except Exception as fault:
            # Its name and no more: a message may hold a figure.
            log.error("week_not_published", week=week.isoformat(), error=type(fault).__name__)
            if request:
                _note_fault(request, fault, now=now)
            faults.append(fault)
    if faults:
        raise faults[0]
    return published


@transaction.atomic(durable=True)
def _note_fault(request: SnapshotRequest, fault: Exception, *, now: datetime) -> None:
    """For the manager who asked, who would otherwise wait for figures that do not come."""
    kind = SnapshotRequest.Fault.CONTRADICTS if isinstance(fault, ContradictionError) else SnapshotRequest.Fault.BROKEN
    SnapshotRequest.objects.open().filter(pk=request.pk).update(tried_at=now, fault=kind)


@transaction.atomic(durable=True)
def _store(week: date, tables: Sequence[ProtectedTable], *, actor: Actor, now: datetime) -> Snapshot:
    newest = Snapshot.objects.of_week(week).aggregate(newest=Max("version"))["newest"] or 0
    snapshot = Snapshot.objects.create(
        week=week, version=newest + 1, published_at=now, published_by=str(actor), software=software_version()[:40]
    )
    for position, table in enumerate(tables):
        _store_table(snapshot, position, table)
    SnapshotRequest.objects.open().filter(week=week).update(done_at=now, snapshot=snapshot, tried_at=None, fault="")
    hidden = sum(cell.mark == HIDDEN for table in tables for cell in table.cells)
    record(
        kind=SNAPSHOT_PUBLISHED, actor=actor, subject=snapshot, now=now, week=week.isoformat(), version=snapshot.version,
        tables=len(tables), hidden=hidden,
    )  # fmt: skip
    kick(PREPARE_DASHBOARD)
    log.info("snapshot_published", week=week.isoformat(), version=snapshot.version, hidden=hidden)
    return snapshot


def _store_table(snapshot: Snapshot, position: int, protected: ProtectedTable) -> None:
    table = PublishedTable.objects.create(
        snapshot=snapshot,
        code=protected.table.code,
        position=position,
        period_kind=protected.table.period,
        period_starts=protected.period.starts,
        period_ends=protected.period.ends,
        rounded_to=protected.rounded_to,
        fewest_organisations=FEWEST_ORGANISATIONS,
        rule=protected.rule,
    )
    places = {row: place for place, row in enumerate(dict.fromkeys(cell.row for cell in protected.cells))}
    Cell.objects.bulk_create(
        Cell(
            table=table, position=places[cell.row], row=cell.row, label=cell.label, measure=cell.measure,
            value=cell.value, mark=cell.mark,
        )
        for cell in protected.cells
    )  # fmt: skip
