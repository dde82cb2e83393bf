"""The second place where each erasure is written, so that it can be done again after an older backup was restored.

One file for each erasure, in the folder ERASURE_LEDGER: opaque numbers, keyed digests, times. It is written and flushed to
the disk before the erasure commits, so an erasure that happened is always there. One that was rolled back is taken
away again; only a crash in that very moment leaves a file without its erasure, and then a person had already confirmed it.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)


class LedgerUnreachable(Exception):
    """The second place cannot be written or read, so nobody is erased: after a restore they would be back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure as it stands in the second place."""

    id: uuid.UUID
    at: datetime
    actor: str
    account_ids: tuple[int, ...] = ()
    order_ids: tuple[int, ...] = ()
    address_digests: tuple[str, ...] = ()


def write(line: Line) -> None:
    """Put `line` into the second place, whole and on the disk; writing it twice is as good as once."""
    content = {
        "id": str(line.id),
        "at": line.at.isoformat(),
        "actor": line.actor,
        "account_ids": list(line.account_ids),
        "order_ids": list(line.order_ids),
        "address_digests": list(line.address_digests),
    }
    try:
        folder = _folder()
        draft = folder / f".{line.id}.part"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / f"{line.id}.json")
        _flush(folder)
    except OSError as fault:
        raise LedgerUnreachable(f"The erasure ledger cannot be written ({type(fault).__name__}).") from fault


def withdraw(line_id: uuid.UUID) -> None:
    """Take away the line of an erasure that was rolled back."""
    try:
        folder = _folder()
        (folder / f"{line_id}.json").unlink(missing_ok=True)
        _flush(folder)
    except OSError as fault:
        # The erasure failed, perhaps for the same reason; a line too many erases whom a person had confirmed.
        log.error("erasure_not_withdrawn", receipt=str(line_id), error=type(fault).__name__)


def lines() -> Iterator[Line]:
    """Every erasure in the second place, oldest first."""
    try:
        found = [json.loads(path.read_text()) for path in _folder().glob("*.json")]
    except OSError as fault:
        raise LedgerUnreachable(f"The erasure ledger cannot be read ({type(fault).__name__}).") from fault
    for content in sorted(found, key=lambda one: (one["at"], one["id"])):
        yield Line(
            id=uuid.UUID(content["id"]),
            at=datetime.fromisoformat(content["at"]),
            actor=content["actor"],
            account_ids=tuple(content["account_ids"]),
            order_ids=tuple(content["order_ids"]),
            address_digests=tuple(content["address_digests"]),
        )


def _folder() -> Path:
    folder = Path(settings.ERASURE_LEDGER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
