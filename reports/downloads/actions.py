"""Giving a file of a snapshot to somebody, and noting who took what."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.audit.kinds import declare
from reports.downloads.files import SnapshotFile
from reports.models import Snapshot

SNAPSHOT_DOWNLOADED = declare("snapshot_downloaded", "format", "table")


class SnapshotWithdrawn(Exception):
    """The snapshot was withdrawn, so its files are given to nobody."""


def take_file(*, file: SnapshotFile, actor: Actor, now: datetime) -> bytes:
    """The content of `file` for `actor`, once it is recorded that they took it.

    Raises SnapshotWithdrawn for a snapshot that is not published any more, also when that happened while the file was made.
    """
    content = file.content()
    with transaction.atomic(durable=True):
        published = Snapshot.objects.published().select_for_update(no_key=True)
        snapshot = published.filter(pk=file.publication.snapshot.pk).first()
        if snapshot is None:
            raise SnapshotWithdrawn
        details: dict[str, object] = {"format": file.format.value}
        if file.table is not None:
            details["table"] = file.table.code
        record(kind=SNAPSHOT_DOWNLOADED, actor=actor, subject=snapshot, now=now, **details)
    return content
