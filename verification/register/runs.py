"""The life of one import: one at a time, on record from its first moment, and ended whatever happens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.audit.kinds import declare
from verification.models import RegisterImport
from verification.register.refusal import ImportRunning

REGISTER_IMPORT_ENDED = declare(
    "register_import_ended", "state", "rows", "new", "changed", "unchanged", "closed", "out_of_scope", "failed"
)
_LOCK = "verification.register.import"
_KILLED = "The import was cut off before it ended. Nothing was changed."


class Counts(NamedTuple):
    """What an import did, row by row. `closed` counts listings, the rest add up to `rows`."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    out_of_scope: int = 0
    failed: int = 0

    def plus(self, other: Counts) -> Counts:
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))


def is_connected() -> bool:
    """Whether the session that holds the lock is still there; PostgreSQL may have been restarted under us."""
    return connection.connection is not None and not connection.connection.closed


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the register for an import; raises ImportRunning when another has it.

    The lock belongs to the database session, not to a transaction: it must last from the record that an import is
    running to the record that it ended. It goes with the connection, so a killed import leaves none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ImportRunning("Another import of the register is running. Wait until it has ended, then start again.")
    try:
        yield
    finally:
        if is_connected():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_LOCK])


@transaction.atomic(durable=True)
def start_import(
    *, kind: RegisterImport.Kind, path: Path, actor: Actor, now: datetime, file_name: str = ""
) -> RegisterImport:
    """Record that an import of the file at `path` runs, and that any which still says so was cut off."""
    # Whoever holds the lock is the only one running.
    for cut_off in RegisterImport.objects.running().select_for_update():
        _end(cut_off, state=RegisterImport.State.FAILED, message=_KILLED, counts=Counts(), now=now, actor=actor)
    return new_import(kind=kind, path=path, file_name=file_name, actor=actor, now=now)


def new_import(
    *, kind: RegisterImport.Kind, path: Path, actor: Actor, now: datetime, file_name: str = ""
) -> RegisterImport:
    """The record of an import of the file at `path`, which a person knows as `file_name`."""
    return RegisterImport.objects.create(
        kind=kind, file_name=(file_name or path.name)[:200], file_sha256=_sha256(path), actor=str(actor), started_at=now
    )


def end_import(
    *,
    register_import: RegisterImport,
    state: RegisterImport.State,
    actor: Actor,
    now: datetime,
    counts: Counts | None = None,
    edition: date | None = None,
    message: str = "",
) -> None:
    """Record how the import ended; needs an open transaction, the one that writes its listings when it succeeded."""
    register_import.edition = edition
    _end(register_import, state=state, message=message, counts=counts or Counts(), now=now, actor=actor)


def _end(
    register_import: RegisterImport,
    *,
    state: RegisterImport.State,
    message: str,
    counts: Counts,
    now: datetime,
    actor: Actor,
) -> None:
    register_import.state = state
    register_import.message = message[:400]
    register_import.finished_at = now
    for name, count in counts._asdict().items():
        setattr(register_import, name, count)
    register_import.save()
    record(
        kind=REGISTER_IMPORT_ENDED, actor=actor, subject=register_import, now=now, state=str(state), **counts._asdict()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
