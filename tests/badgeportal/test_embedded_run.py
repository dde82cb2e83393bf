"""`make run` from the outside: it comes up, stops cleanly, comes back after a kill -9, and says what to do when it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from badgeportal.embedded import postgres, valkey
from badgeportal.embedded.children import reap
from badgeportal.embedded.faults import CannotStart
from badgeportal.embedded.folder import Folder
from badgeportal.embedded.locks import FileLock
from badgeportal.embedded.sample import prepare_data
from badgeportal.embedded.services import services
from tests.plugin import ROOT


@pytest.fixture
def folder() -> Iterator[Folder]:
    root = Path(tempfile.mkdtemp(prefix="care-test-"))
    folder = Folder(root)
    yield folder
    reap(folder)
    valkey.stop(folder)
    postgres.stop(folder)
    shutil.rmtree(root)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Run:
    """One `make run`, without make."""

    def __init__(self, folder: Folder, port: int, **settings: str) -> None:
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        # A few orders show as well as many that sample data is loaded; tests/sampledata looks at all of it.
        known = {"PORTAL_ENV": "local", "DATA_DIR": str(folder.root), "PORT": str(port), "SAMPLE_WEEKS": "0"}
        env = {**keep, **known, **settings}
        command = [sys.executable, "-u", "-m", "badgeportal.embedded.run"]
        self.process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.address = f"http://localhost:{port}"
        self.said = ""
        self._news = threading.Condition()
        self._ended = False
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                with self._news:
                    self.said += line
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def until_up(self) -> Run:
        up = f"The portal is at {self.address}/"
        with self._news:
            assert self._news.wait_for(lambda: up in self.said or self._ended, timeout=240), self.said
        assert up in self.said, self.said
        return self

    def ends(self, by: signal.Signals | None = None) -> int:
        """Let it end; returns its exit code once it has, and `said` is whole unless it was killed: then its children live on."""
        if by is not None:
            self.process.send_signal(by)
        code = self.process.wait(timeout=120)
        if code >= 0:
            with self._news:
                assert self._news.wait_for(lambda: self._ended, timeout=30), self.said
        return code

    def page(self, path: str) -> int:
        with urllib.request.urlopen(f"{self.address}{path}", timeout=30) as answer:
            return int(answer.status)


def processes_of(folder: Folder) -> list[str]:
    """Names of what still runs for this folder: our processes know it by their environment, the servers by name."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = str(folder.root) in " ".join(process.cmdline()) or process.environ().get("DATA_DIR") == str(
                folder.root
            )
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def test_it_comes_up_stops_cleanly_and_comes_back_with_its_data(folder, port):
    first = Run(folder, port).until_up()
    assert first.page("/") == 200
    assert "Loading sample data, only this first time" in first.said
    assert first.ends(signal.SIGINT) == 0
    assert "Stopped. Your data is kept" in first.said
    assert processes_of(folder) == []

    second = Run(folder, port).until_up()
    assert "Loading sample data" not in second.said
    second.process.kill()
    second.ends()
    left = processes_of(folder)
    assert any("gunicorn" in name for name in left)
    assert any("postgres" in name for name in left)

    third = Run(folder, port).until_up()
    assert "Ended what an earlier run had left behind: beat, mailer, worker, web." in third.said
    assert third.page("/health/") == 200
    assert third.ends(signal.SIGTERM) == 0
    assert processes_of(folder) == []


def test_with_servers_of_your_own_it_uses_those_and_loads_no_sample_data(folder, port):
    own = Folder(folder.root / "own")
    own.root.mkdir()
    with services(own, keep=False, say=lambda text: None):
        run = Run(
            folder,
            port,
            DATABASE_URL=f"postgresql://care@{quote(str(own.sockets), safe='')}/care",
            REDIS_URL=own.redis_url,
        ).until_up()
        assert run.page("/health/") == 200
        assert "without sample data" in run.said
        assert not folder.postgres.exists()
        assert run.ends(signal.SIGTERM) == 0


def test_a_port_in_use_is_told_with_another_to_choose(folder, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        run = Run(folder, port)
        assert run.ends() == 1
    assert f"Port {port} is in use by " in run.said
    assert f"PORT={port + 1} make run" in run.said
    assert processes_of(folder) == []


def test_a_second_run_says_where_the_first_one_is(folder, port):
    lock = FileLock(folder.run_lock)
    lock.alone(wait=True)
    lock.note("process 1, http://localhost:1/")
    run = Run(folder, port)
    assert run.ends() == 1
    lock.release()
    assert "The portal is running already (process 1, http://localhost:1/)" in run.said


def test_half_a_setting_is_one_sentence(folder, port):
    run = Run(folder, port, DATABASE_URL="postgresql://db.example.org/portal")
    assert run.ends() == 2
    assert run.said.startswith("DATABASE_URL is set but REDIS_URL is not.")


def test_sample_data_that_was_loaded_in_part_is_thrown_away(folder):
    asked: list[str] = []

    def manage(*arguments: str) -> None:
        asked.append(arguments[0])
        import psycopg

        target = folder.database
        with psycopg.connect(host=target["HOST"], user=target["USER"], dbname="care", autocommit=True) as connection:
            if arguments[0] == "migrate":
                connection.execute("CREATE TABLE IF NOT EXISTS accounts_user (id int)")
                return
            connection.execute("INSERT INTO accounts_user VALUES (1)")
            if asked.count("load_sample_data") == 1:
                raise CannotStart("broken off")

    told: list[str] = []
    with services(folder, keep=False, say=told.append):
        with pytest.raises(CannotStart, match="broken off"):
            prepare_data(folder, manage=manage, say=told.append)
        prepare_data(folder, manage=manage, say=told.append)
        prepare_data(folder, manage=manage, say=told.append)
    assert asked == ["migrate", "load_sample_data", "migrate", "load_sample_data", "migrate"]
    assert sum("only in part" in text for text in told) == 1
