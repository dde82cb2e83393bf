"""A manager's part: asking for figures of a week that has none, and withdrawing figures that were wrong."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.kick import kick
from reports.audit_kinds import SNAPSHOT_ASKED_FOR, SNAPSHOT_WITHDRAWN
from reports.models import Snapshot, SnapshotRequest
from reports.periods import last_closed_week
from reports.snapshots.faults import (
    AskedAlready,
    DataIsDestroyed,
    NoReason,
    NothingInThatWeek,
    PublishedAlready,
    WeekNotOver,
    WithdrawnAlready,
)
from reports.snapshots.publishing import PUBLISH_WEEKS
from reports.snapshots.weeks import data_is_destroyed, first_week


def ask_for_extra_snapshot(*, week: date, actor: Actor, now: datetime) -> SnapshotRequest:
    """Have figures published for the week that begins on the Monday `week`: a worker does it, within minutes.

    A week has one published snapshot at most, so this is for one whose figures were withdrawn, or that was missed. Raises
    DataIsDestroyed, WeekNotOver, NothingInThatWeek, PublishedAlready, AskedAlready.
    """
    if data_is_destroyed():
        raise DataIsDestroyed
    if week.weekday() or week > last_closed_week(now):
        raise WeekNotOver
    first = first_week()
    if first is None or week < first:
        raise NothingInThatWeek
    if Snapshot.objects.published().of_week(week).exists():
        raise PublishedAlready
    try:
        with transaction.atomic(durable=True):
            request = SnapshotRequest.objects.create(week=week, asked_by=str(actor), asked_at=now)
            record(kind=SNAPSHOT_ASKED_FOR, actor=actor, subject=request, now=now, week=week.isoformat())
            kick(PUBLISH_WEEKS)
    except IntegrityError as error:
        if "snapshot_request_one_open_for_each_week" not in str(error):
            raise
        raise AskedAlready from error
    return request


@transaction.atomic(durable=True)
def withdraw_snapshot(*, snapshot_id: int, reason: str, actor: Actor, now: datetime) -> Snapshot:
    """Take figures back: nobody is shown them any more. What was written stays, and the reason is shown in their place.

    Raises NoReason, WithdrawnAlready and Snapshot.DoesNotExist.
    """
    text = " ".join(reason.split())
    if not text:
        raise NoReason
    snapshot = Snapshot.objects.select_for_update().get(pk=snapshot_id)
    if snapshot.withdrawn_at is not None:
        raise WithdrawnAlready
    snapshot.withdrawn_at, snapshot.withdrawn_by, snapshot.withdrawn_reason = now, str(actor), text
    snapshot.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        kind=SNAPSHOT_WITHDRAWN, actor=actor, subject=snapshot, now=now, week=snapshot.week.isoformat(),
        version=snapshot.version,
    )  # fmt: skip
    return snapshot
