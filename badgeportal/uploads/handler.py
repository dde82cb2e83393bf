"""Keeps a browser's file from filling the web server's disk while it comes in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from badgeportal.uploads.actions import NO_ROOM, max_bytes, too_large


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stops keeping a file once it is larger than UPLOAD_MAX_MB, or when the disk is full; the form then says which."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.seen = 0
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._leave_out(NO_ROOM, error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        if self.seen > max_bytes():
            self._leave_out(too_large())
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._drop_file()
            self._leave_out(NO_ROOM, error)

    def file_complete(self, file_size: int) -> Any:
        """The file, or nothing when its last bytes, which Python still held back, found no room."""
        try:
            return super().file_complete(file_size)
        except OSError:
            self._drop_file()
            self._refuse(NO_ROOM)
            return None

    def _leave_out(self, sentence: str, error: OSError | None = None) -> None:
        self._refuse(sentence)
        raise SkipFile from error

    def _refuse(self, sentence: str) -> None:
        if self.request is not None:
            self.request.upload_refused = sentence  # type: ignore[attr-defined]

    def _drop_file(self) -> None:
        # Closing writes what Python still holds back, and finds no room again.
        with suppress(OSError):
            self.file.close()
