"""Dumps of the database by PostgreSQL's own programs, in and out of an encrypted file. No clear copy touches a disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.db import connection

from badgeportal.sealed_stream import opened, seal


class CannotDump(Exception):
    """Something is missing or the program failed; the text says what to do and holds no data."""


SHORTEST_KEY = 32
_NAMES = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
# How a connection is kept safe, by the name of the option; a server that asks for it would not let us in without.
_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def write_backup(path: Path) -> int:
    """Write an encrypted dump of the database to `path`; returns the size of the dump in bytes. Raises CannotDump.

    The file appears under its name only when it is whole, and only its owner can read it.
    """
    secret, draft = backup_key(), path.with_name(path.name + ".part")
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(file, "wb") as target, _run(command, stdout=subprocess.PIPE) as process:
            total = seal(cast(BinaryIO, process.stdout), target, secret=secret)
            target.flush()
            os.fsync(target.fileno())
        if process.returncode != 0:
            raise CannotDump(f"pg_dump ended with {process.returncode}. Is its version at least that of the server?")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return total


def read_backup(path: Path) -> int:
    """Put the dump in `path` into the empty database of the settings, whole or not at all; returns its size in bytes.

    Raises CannotDump when the database is not empty or pg_restore fails, CannotOpen when the file is not right.
    """
    secret = backup_key()
    if connection.introspection.table_names():
        raise CannotDump("The database is not empty. Restore into a new one, so that nothing is mixed or lost.")
    connection.close()
    target = variables_of(connection.settings_dict)
    command = [program("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    total = 0
    with (
        path.open("rb") as source,
        _run([*command, f"--dbname={target['PGDATABASE']}"], stdin=subprocess.PIPE) as process,
    ):
        stdin = cast(IO[bytes], process.stdin)
        try:
            for piece in opened(source, secret=secret):
                total += len(piece)
                stdin.write(piece)
            stdin.close()
        except BrokenPipeError:
            stdin = process.stdin = None  # type: ignore[assignment]
        except BaseException:
            # Ended before it sees the end of its input: its one transaction is undone.
            process.kill()
            raise
    if process.returncode != 0:
        raise CannotDump(f"pg_restore ended with {process.returncode}, and nothing was restored.")
    return total


def copy_into(target: Mapping[str, Any]) -> None:
    """Dump the database and restore it into the empty one of `target`, from program to program; no copy touches a disk.

    `target` has the names of Django's settings (HOST, PORT, USER, PASSWORD, NAME, OPTIONS). Whole or not at all; raises
    CannotDump.
    """
    names = variables_of(target)
    dump = [program("pg_dump"), "--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
    restore = [program("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    with _run(dump, stdout=subprocess.PIPE) as source:
        asked = subprocess.run(
            [*restore, f"--dbname={names['PGDATABASE']}"],
            stdin=source.stdout,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **names},
            check=False,
        )
        cast(IO[bytes], source.stdout).close()
    if source.returncode != 0 or asked.returncode != 0:
        raise CannotDump(
            f"The copy failed (pg_dump {source.returncode}, pg_restore {asked.returncode}). Is the new database empty?"
        )


def backup_key() -> str:
    """The key from the settings; raises CannotDump when there is none that is long enough."""
    key: str = settings.BACKUP_KEY
    if len(key) < SHORTEST_KEY:
        raise CannotDump(
            f"Set BACKUP_KEY to a random text of at least {SHORTEST_KEY} characters, and keep it elsewhere too."
        )
    return key


def program(name: str) -> str:
    """The path of PostgreSQL's program `name`; raises CannotDump."""
    folder: str = settings.POSTGRES_PROGRAMS
    if not folder and settings.EMBEDDED:
        from badgeportal.embedded.postgres import programs

        folder = str(programs())
    found = shutil.which(name, path=folder or None)
    if found is None:
        raise CannotDump(
            f"{name} is not on this machine. Install PostgreSQL's client programs (Debian: postgresql-client) or set"
            " POSTGRES_PROGRAMS to the folder they are in."
        )
    return found


def variables_of(target: Mapping[str, Any]) -> dict[str, str]:
    """Where a database is, in the names that PostgreSQL's programs read from the environment; none is in a command line."""
    options: Mapping[str, Any] = target.get("OPTIONS") or {}
    found = {variable: str(target[key]) for variable, key in _NAMES.items() if target.get(key)}
    return found | {variable: str(options[name]) for name, variable in _OPTIONS.items() if options.get(name)}


def _run(command: list[str], *, stdin: int | None = None, stdout: int | None = None) -> subprocess.Popen[bytes]:
    # Their words may hold rows, so they are not shown; their end is.
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **variables_of(connection.settings_dict)},
    )
