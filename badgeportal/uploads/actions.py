"""What people do with an upload: give a file, say yes to what was found in it, call it off."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePath

from django.conf import settings
from django.db import OperationalError, transaction
from psycopg.errors import DiskFull

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.audit.kinds import declare
from badgeportal.kick import kick
from badgeportal.uploads.kinds import kind_of
from badgeportal.uploads.models import Upload, UploadPiece
from badgeportal.uploads.sealing import seal_bytes

UPLOAD_STARTED = declare("upload_started", "size", "sha256")
UPLOAD_CONFIRMED = declare("upload_confirmed", "agreed")
UPLOAD_CANCEL_ASKED = declare("upload_cancel_asked")
UPLOAD_ENDED = declare("upload_ended", "state", "result")

WORK = "uploads.work_on_uploads"
State = Upload.State
NOBODY_CONFIRMED = "Nobody confirmed it in time, so the file was deleted. Nothing was changed."
CALLED_OFF = "It was cancelled. Nothing was changed."
NO_ROOM = "The server has no room for the file at the moment. Tell your technical team, then upload it again"


class UploadRefused(Exception):
    """The file cannot be taken; `str(error)` is the sentence to show."""


def start_upload(*, kind: str, file_name: str, chunks: Iterable[bytes], actor: Actor, now: datetime) -> Upload:
    """Keep the file that `chunks` (bytes, in order) make up, encrypted, and wake a worker; returns the upload.

    Raises UploadRefused when it is empty, larger than UPLOAD_MAX_MB or than the room that PostgreSQL has left; nothing is
    kept then.
    """
    try:
        return _keep(kind=kind, file_name=file_name, chunks=chunks, actor=actor, now=now)
    except OperationalError as error:
        if is_disk_full(error):
            raise UploadRefused(NO_ROOM) from error
        raise


@transaction.atomic(durable=True)
def _keep(*, kind: str, file_name: str, chunks: Iterable[bytes], actor: Actor, now: datetime) -> Upload:
    first = State.WAITING if kind_of(kind).preview else State.CONFIRMED
    # A row needs a size above zero before the size is known; both are overwritten below.
    upload = Upload.objects.create(
        kind=kind, state=first, file_name=PurePath(file_name).name[:200], file_size=1, file_sha256="", actor=str(actor),
        created_at=now, changed_at=now,
    )  # fmt: skip
    size, digest = 0, hashlib.sha256()
    for number, chunk in enumerate(chunks):
        size += len(chunk)
        if size > max_bytes():
            raise UploadRefused(too_large())
        digest.update(chunk)
        UploadPiece.objects.create(upload=upload, number=number, sealed=seal_bytes(bytes(chunk)))
    if not size:
        raise UploadRefused("The selected file is empty")
    upload.file_size, upload.file_sha256 = size, digest.hexdigest()
    upload.save(update_fields=["file_size", "file_sha256"])
    record(kind=UPLOAD_STARTED, actor=actor, subject=upload, now=now, size=size, sha256=upload.file_sha256)
    kick(WORK)
    return upload


@transaction.atomic(durable=True)
def confirm_upload(*, upload_id: int, agreed: bool, actor: Actor, now: datetime) -> bool:
    """Say yes to what the preview found; False when it does not wait for that (any more)."""
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    if upload.state != State.TO_CONFIRM:
        return False
    upload.state, upload.agreed, upload.changed_at = State.CONFIRMED, agreed, now
    upload.attempts, upload.rows_read, upload.phase, upload.message = 0, 0, "", ""
    upload.save()
    record(kind=UPLOAD_CONFIRMED, actor=actor, subject=upload, now=now, agreed=agreed)
    kick(WORK)
    return True


@transaction.atomic(durable=True)
def cancel_upload(*, upload_id: int, actor: Actor, now: datetime) -> bool:
    """Call the upload off; False when it is finished already.

    A worker that has it in hand sees this before it writes: it takes the same row's lock in the transaction that writes.
    """
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    if upload.is_finished:
        return False
    if upload.state in Upload.IN_HAND:
        upload.cancel_asked_at = upload.cancel_asked_at or now
        upload.save(update_fields=["cancel_asked_at"])
        record(kind=UPLOAD_CANCEL_ASKED, actor=actor, subject=upload, now=now)
        kick(WORK)
    else:
        end_upload(upload, state=State.CANCELLED, message=CALLED_OFF, actor=actor, now=now)
    return True


def end_upload(
    upload: Upload, *, state: Upload.State, message: str, actor: Actor, now: datetime, result_id: int | None = None
) -> None:
    """Note how the locked `upload` ended and delete its bytes; needs an open transaction."""
    upload.state, upload.message, upload.result_id = state, message[:400], result_id
    upload.finished_at = upload.changed_at = now
    upload.preview = {}
    upload.save()
    UploadPiece.objects.filter(upload=upload).delete()
    record(kind=UPLOAD_ENDED, actor=actor, subject=upload, now=now, state=str(state), result=result_id)


def sweep_uploads(*, now: datetime) -> int:
    """Call off what nobody confirmed in UPLOAD_HOURS, delete bytes that outlived their upload, and uploads that ended more
    than UPLOAD_DAYS ago, whose file names may name somebody; returns how many.
    """
    before = now - timedelta(hours=settings.UPLOAD_HOURS)
    swept = 0
    with transaction.atomic(durable=True):
        for upload in Upload.objects.left_unconfirmed(before).select_for_update(skip_locked=True):
            sweeper = Actor.system("sweep-uploads")
            end_upload(upload, state=State.CANCELLED, message=NOBODY_CONFIRMED, actor=sweeper, now=now)
            swept += 1
        swept += UploadPiece.objects.filter(upload__in=Upload.objects.finished()).delete()[0]
        swept += Upload.objects.finished_before(now - timedelta(days=settings.UPLOAD_DAYS)).delete()[0]
    return swept


def is_disk_full(error: Exception) -> bool:
    """Whether `error` says that a disk is full: this machine's, or PostgreSQL's."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error.__cause__, DiskFull)


def max_bytes() -> int:
    """The most bytes a file may have."""
    return int(settings.UPLOAD_MAX_MB) << 20


def too_large() -> str:
    """The sentence for a file that has more."""
    return f"The selected file must be smaller than {settings.UPLOAD_MAX_MB} MB"
