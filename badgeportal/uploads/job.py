"""What a worker is given to do its work with: the file, a way to say how far it is, and the last step of its transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.db import connection

from badgeportal.actor import Actor
from badgeportal.uploads.actions import end_upload
from badgeportal.uploads.models import Upload, UploadPiece
from badgeportal.uploads.sealing import unseal_bytes

# Linux: an open file can be opened again here, though it has no name.
_OPEN_FILES = Path("/proc/self/fd")


class Cancelled(Exception):
    """A person called the upload off while it was worked on."""


@dataclass(slots=True)
class Job:
    """One upload in the hands of one worker."""

    upload: Upload
    now: datetime
    # A connection beside the one that works: what is said here is seen while the work's transaction is open.
    beside: Any

    @property
    def actor(self) -> Actor:
        """Who gave the file; what is done with it is done for them."""
        author = self.upload.actor
        user_id = int(author.removeprefix("user:")) if author.startswith("user:") else None
        return Actor(text=author, user_id=user_id)

    def pieces(self) -> Iterator[bytes]:
        """The file's bytes, piece by piece."""
        for sealed in (
            UploadPiece.objects.filter(upload=self.upload).order_by("number").values_list("sealed", flat=True)
        ):
            yield unseal_bytes(sealed)

    def content(self) -> bytes:
        """The whole file."""
        return b"".join(self.pieces())

    @contextmanager
    def file(self) -> Iterator[Path]:
        """The file on this worker's own disk while it is read, without a name, so that a killed worker leaves nothing."""
        with _nameless() as file:
            for piece in self.pieces():
                file.write(piece)
            file.flush()
            yield Path(_OPEN_FILES / str(file.fileno()) if _OPEN_FILES.is_dir() else file.name)

    def progress(self, rows: int, phase: str) -> None:
        """Say how far the work is; raises Cancelled when a person called it off meanwhile."""
        with self.beside.cursor() as cursor:
            cursor.execute(
                "UPDATE uploads_upload SET rows_read = %s, phase = %s WHERE id = %s RETURNING cancel_asked_at",
                [rows, phase[:80], self.upload.pk],
            )
            if cursor.fetchone()[0]:
                raise Cancelled

    def written(self, result_id: int) -> None:
        """Note, in the transaction that wrote, that it is done; raises Cancelled, which undoes it, when it was called off."""
        if not connection.in_atomic_block:
            raise RuntimeError("An upload is done in the transaction that writes what was in it.")
        upload = Upload.objects.select_for_update().get(pk=self.upload.pk)
        if upload.cancel_asked_at or upload.state != Upload.State.LOADING:
            raise Cancelled
        end_upload(upload, state=Upload.State.DONE, message="", actor=self.actor, now=self.now, result_id=result_id)


def _nameless() -> IO[bytes]:
    if _OPEN_FILES.is_dir():
        return tempfile.TemporaryFile()
    return tempfile.NamedTemporaryFile()
