"""Workers take uploads one at a time. A worker that dies lets go of its lock, and the next one takes the upload again."""

from __future__ import annotations

from datetime import datetime

import structlog
from cryptography.fernet import InvalidToken
from django.db import connection, transaction

from badgeportal.actor import Actor
from badgeportal.alone import alone_with
from badgeportal.kick import kick
from badgeportal.uploads.actions import CALLED_OFF, WORK, end_upload, is_disk_full
from badgeportal.uploads.job import Cancelled, Job
from badgeportal.uploads.kinds import kind_of
from badgeportal.uploads.models import Upload

log = structlog.get_logger(__name__)

State = Upload.State
MOST_ATTEMPTS = 3
GIVEN_UP = (
    "The worker stopped three times while it had this file. Nothing was changed. Try again, or ask your technical team."
)
DISK_FULL = "The disk of the server is full. Nothing was changed. Tell your technical team, then upload the file again."
KEY_LOST = "The file can no longer be decrypted. Nothing was changed. Upload it again."
CHANGED = "The data has changed since the preview. Nothing was changed by this file. Look at the new preview and confirm again."


def work_on_uploads(*, now: datetime) -> int:
    """Read or load every upload that waits, and those that a killed worker left; returns how many were taken up."""
    taken = 0
    for pk in list(Upload.objects.for_a_worker().values_list("pk", flat=True)):
        with alone_with(f"uploads.upload.{pk}") as alone:
            if alone and (upload := _begin(pk, now=now)):
                taken += 1
                _work(upload, now=now)
    return taken


@transaction.atomic(durable=True)
def _begin(pk: int, *, now: datetime) -> Upload | None:
    upload = Upload.objects.select_for_update().get(pk=pk)
    if upload.state not in Upload.WORKED_ON:
        return None
    worker = Actor.system("work-on-uploads")
    if upload.cancel_asked_at:
        end_upload(upload, state=State.CANCELLED, message=CALLED_OFF, actor=worker, now=now)
        return None
    if upload.attempts >= MOST_ATTEMPTS:
        end_upload(upload, state=State.FAILED, message=GIVEN_UP, actor=worker, now=now)
        return None
    upload.attempts += 1
    upload.state = State.READING if upload.state in (State.WAITING, State.READING) else State.LOADING
    upload.changed_at = now
    upload.save()
    return upload


def _work(upload: Upload, *, now: datetime) -> None:
    kind = kind_of(upload.kind)
    beside = connection.copy()
    job = Job(upload=upload, now=now, beside=beside)
    try:
        if upload.state == State.READING and kind.preview:
            _previewed(upload.pk, kind.preview(job), now=now)
        else:
            kind.load(job)
    except Cancelled:
        _end(upload.pk, State.CANCELLED, CALLED_OFF, now=now)
    except kind.busy:
        _put_back(upload.pk, to=State.WAITING if upload.state == State.READING else State.CONFIRMED, now=now)
    except kind.changed:
        _put_back(upload.pk, to=State.WAITING, message=CHANGED, now=now)
        # Somebody is looking at the page: the new preview should not wait for the sweep.
        kick(WORK)
    except kind.refusals as refused:
        _end(upload.pk, State.FAILED, str(refused), now=now)
    except Exception as error:
        # The name and no more: the text may quote a row.
        log.error("upload_failed", upload=upload.pk, error=type(error).__name__)
        _end(upload.pk, State.FAILED, _sentence_for(error), now=now)
    finally:
        beside.close()


def _sentence_for(error: Exception) -> str:
    if is_disk_full(error):
        return DISK_FULL
    if isinstance(error, InvalidToken):
        return KEY_LOST
    return f"It failed ({type(error).__name__}). Nothing was changed."


@transaction.atomic(durable=True)
def _previewed(pk: int, preview: dict[str, object], *, now: datetime) -> None:
    upload = Upload.objects.select_for_update().get(pk=pk)
    if upload.cancel_asked_at:
        raise Cancelled
    upload.state, upload.preview, upload.changed_at, upload.phase = State.TO_CONFIRM, preview, now, ""
    upload.save()


@transaction.atomic(durable=True)
def _put_back(pk: int, *, to: str, now: datetime, message: str = "Another import is running; this one waits.") -> None:
    upload = Upload.objects.select_for_update().get(pk=pk)
    upload.state, upload.message, upload.changed_at, upload.attempts = to, message, now, 0
    upload.agreed = upload.agreed and to == State.CONFIRMED
    upload.save()


@transaction.atomic(durable=True)
def _end(pk: int, state: Upload.State, message: str, *, now: datetime) -> None:
    upload = Upload.objects.select_for_update().get(pk=pk)
    if not upload.is_finished:
        end_upload(upload, state=state, message=message, actor=Actor.system("work-on-uploads"), now=now)
