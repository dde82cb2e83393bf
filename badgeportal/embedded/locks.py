"""File locks that the kernel lets go of when their holder dies, so that none can be left behind by kill -9."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """A lock on `path`, held in common or alone, until `release` or the end of this process."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)

    def alone(self, *, wait: bool) -> bool:
        """Hold it with nobody else; False when `wait` is off and somebody has it (a lock held in common is then lost)."""
        return self._take(fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

    def in_common(self) -> None:
        """Hold it together with others, after waiting for whoever holds it alone."""
        self._take(fcntl.LOCK_SH)

    def note(self, text: str) -> None:
        """Leave `text` in the file for whoever finds it locked."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)

    def _take(self, how: int) -> bool:
        try:
            fcntl.flock(self._descriptor, how)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock `path` alone for a moment, after waiting for it."""
    lock = FileLock(path)
    try:
        lock.alone(wait=True)
        yield
    finally:
        lock.release()
