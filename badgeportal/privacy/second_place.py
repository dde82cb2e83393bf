"""The second place of the erasure ledger: a folder, or a part of a bucket (ERASURE_LEDGER says which)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from django.conf import settings

# An erasure waits for the bucket, and a person for the erasure.
_ANSWERS_WITHIN = {"connect_timeout": "3s", "timeout": "10s"}
_TRIES = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}


class OutOfReach(Exception):
    """The second place cannot be written or read; `kind` names the fault, without a path."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__(type(fault).__name__)
        self.kind = type(fault).__name__


class SecondPlace(Protocol):
    """Texts by name. Each method raises OutOfReach."""

    def put(self, name: str, text: str) -> None:
        """Keep `text`, whole and for good when this returns; putting it twice is as good as once."""

    def take_away(self, name: str) -> None:
        """Let go of the text, if it is there."""

    def texts(self) -> Iterator[str]:
        """All that is kept, in no order."""

    def names(self) -> set[str]:
        """The names of all that is kept."""

    def clear(self) -> int:
        """Let go of everything; returns how many texts that were."""


def second_place() -> SecondPlace:
    """By ERASURE_LEDGER: `s3://bucket/part` is a bucket of any store that speaks S3, anything else the path of a folder."""
    where = str(settings.ERASURE_LEDGER)
    return _Bucket(where) if "://" in where else _Folder(Path(where))


class _Folder:
    """One file for each text, flushed to the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, name: str, text: str) -> None:
        with _told(OSError):
            self._make()
            draft = self._path / f".{name}.part"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path / f"{name}.json")
            self._flush()

    def take_away(self, name: str) -> None:
        with _told(OSError):
            self._make()
            (self._path / f"{name}.json").unlink(missing_ok=True)
            self._flush()

    def texts(self) -> Iterator[str]:
        with _told(OSError):
            self._make()
            yield from [path.read_text() for path in self._path.glob("*.json")]

    def names(self) -> set[str]:
        with _told(OSError):
            self._make()
            return {path.stem for path in self._path.glob("*.json")}

    def clear(self) -> int:
        with _told(OSError):
            files = [path for path in self._path.rglob("*") if path.is_file()] if self._path.is_dir() else []
            for path in files:
                path.unlink(missing_ok=True)
            return len(files)

    def _make(self) -> None:
        self._path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _flush(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class _Bucket:
    """One object for each text."""

    def __init__(self, url: str) -> None:
        # Takes a moment, and most processes erase nobody.
        import obstore
        from obstore.exceptions import BaseError
        from obstore.store import from_url

        self._api, self._faults = obstore, (BaseError, ValueError)
        known = {
            "access_key_id": settings.AWS_ACCESS_KEY_ID,
            "secret_access_key": settings.AWS_SECRET_ACCESS_KEY,
            "region": settings.AWS_REGION,
            "endpoint": settings.AWS_ENDPOINT_URL,
        }
        config: Any = {name: value for name, value in known.items() if value}
        # A store on one's own network may do without TLS, where the operator wrote so.
        options: Any = {**_ANSWERS_WITHIN, "allow_http": settings.AWS_ENDPOINT_URL.startswith("http://")}
        tries: Any = _TRIES
        with _told(*self._faults):
            self._store: Any = from_url(url, config=config, client_options=options, retry_config=tries)

    def put(self, name: str, text: str) -> None:
        with _told(*self._faults):
            self._api.put(self._store, f"{name}.json", text.encode())

    def take_away(self, name: str) -> None:
        with _told(*self._faults):
            self._api.delete(self._store, f"{name}.json")

    def texts(self) -> Iterator[str]:
        with _told(*self._faults):
            yield from [bytes(self._api.get(self._store, path).bytes()).decode() for path in self._paths()]

    def names(self) -> set[str]:
        with _told(*self._faults):
            return {PurePosixPath(path).stem for path in self._paths()}

    def clear(self) -> int:
        with _told(*self._faults):
            paths = self._paths()
            for path in paths:
                self._api.delete(self._store, path)
            return len(paths)

    def _paths(self) -> list[str]:
        return [one["path"] for some in self._api.list(self._store) for one in some if one["path"].endswith(".json")]


@contextmanager
def _told(*faults: type[BaseException]) -> Iterator[None]:
    try:
        yield
    except faults as fault:
        raise OutOfReach(fault) from None
