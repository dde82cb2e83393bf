"""Rows of management information that stand alone: snapshots without tables, and editions without postcodes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from badgeportal.actor import Actor
from reports.models import PostcodeEdition, Snapshot
from reports.snapshots.asking import withdraw_snapshot

_MONDAY = date(2026, 11, 16)
_numbers = count(1)


def a_snapshot(week: date = _MONDAY) -> Snapshot:
    """A published snapshot of `week`; whatever was published for it before is withdrawn."""
    for before in Snapshot.objects.published().of_week(week):
        withdraw_snapshot(snapshot_id=before.pk, reason="wrong", actor=Actor.system("test"), now=timezone.now())
    newest = Snapshot.objects.of_week(week).count()
    return Snapshot.objects.create(
        week=week,
        version=newest + 1,
        published_at=timezone.now(),
        published_by="system:publish-weeks",
        software="0.1.0",
    )


def an_edition() -> PostcodeEdition:
    number = next(_numbers)
    return PostcodeEdition.objects.create(
        edition=date(2026, 2, 1) + timedelta(days=number), file_name="onspd.zip", file_sha256="0" * 64, rows=3, new=1,
        changed=1, unchanged=1, elsewhere=0, names=0, actor="system:import-onspd", loaded_at=timezone.now(),
    )  # fmt: skip
