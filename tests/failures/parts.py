"""Parts of the portal as processes of their own, on the test's own database: to be killed, and ended with the test."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
import requests
from django.conf import settings
from django.db import connection

from badgeportal.embedded.children import programs
from badgeportal.embedded.folder import Folder
from tests.plugin import ROOT


class Part:
    """`web`, `worker` or `beat`, started with the command of `make run` in a process group of its own.

    The worker sends mail as well, so that a test needs one fewer.
    """

    def __init__(self, name: str, folder: Folder, environment: dict[str, str], *, port: int = 0) -> None:
        self.name = name
        self.port = port or free_port()
        self.log = folder.root / f"{name}.log"
        every = programs(
            folder, port=self.port, host="127.0.0.1", web_workers=2, web_threads=2, mail_queue=settings.MAIL_QUEUE,
            queue=f"{settings.CELERY_TASK_DEFAULT_QUEUE},{settings.MAIL_QUEUE}",
        )  # fmt: skip
        found = {program.name: program.command for program in every}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                found[name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def answers(self) -> bool:
        """Whether the web server has come up and both its servers answer it."""
        try:
            asked = requests.get(f"http://127.0.0.1:{self.port}/health/", headers={"Accept": "text/plain"}, timeout=30)
        except requests.ConnectionError:
            return False
        return asked.status_code == 200

    def kill(self) -> None:
        """End it and all its children at once, as a power cut does."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it in its own time, and whatever is left after that."""
        if self.runs:
            self._process.terminate()
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(name: str, folder: Folder, environment: dict[str, str], *, port: int = 0) -> Iterator[Part]:
    """A Part for the time of the block."""
    part = Part(name, folder, environment, port=port)
    try:
        yield part
    except BaseException:
        print(f"--- {name}\n{part.log.read_text()[-6000:]}")
        raise
    finally:
        part.stop()


def on_the_tests_database(*, redis_url: str, **other: str) -> dict[str, str]:
    """The environment of a part that works on the database of this test."""
    target = connection.settings_dict
    who = quote(target["USER"]) + (f":{quote(target['PASSWORD'])}" if target["PASSWORD"] else "")
    where = quote(target["HOST"], safe="") + (f":{target['PORT']}" if target["PORT"] else "")
    url = f"postgresql://{who}@{where}/{target['NAME']}"
    return {"DATABASE_URL": url, "REDIS_URL": redis_url, "RATE_LIMIT_FACTOR": "100", **other}


def to_mail_server(port: int) -> dict[str, str]:
    """The environment of a part whose mail goes to a server on this machine."""
    return {"MAIL_TRANSPORT": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_STARTTLS": "false"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def beside() -> Iterator[psycopg.Connection]:
    """A connection to the test's database beside Django's, in a transaction that is undone at the end."""
    given = connection.get_connection_params()
    wanted = {name: given[name] for name in ("host", "port", "dbname", "user", "password") if given.get(name)}
    with psycopg.connect(**wanted) as other:
        yield other
        other.rollback()


def waits_for_a_lock(table: str) -> bool:
    """Whether some other session stands before a lock on `table`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
        return bool(cursor.fetchone()[0])


def others_connected() -> int:
    """How many sessions beside Django's own there are on the test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])
