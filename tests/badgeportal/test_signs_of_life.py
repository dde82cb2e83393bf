"""Worker and beat say that they live, and a cheap check sees when they no longer do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from badgeportal.watch import alive
from tests.plugin import ROOT
from tests.waiting import until

PROGRAMS = {
    "worker": ["worker", "--pool=solo"],
    "beat": ["beat", "--pidfile="],
}


@contextmanager
def running(name: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The real program on the tests' servers and this run's queue."""
    extra = [f"--schedule={folder / 'schedule'}"] if name == "beat" else []
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "badgeportal", *PROGRAMS[name], *extra],
        env={**os.environ, "SIGN_OF_LIFE": str(folder / "alive")},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def checked(folder: Path, seconds: float) -> int:
    """The exit code of the check as docker-compose.yml runs it."""
    command = [sys.executable, "-I", "badgeportal/watch/alive.py", str(folder / "alive"), str(seconds)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_process_that_lives_is_seen_and_one_that_was_killed_is_missed(name: str, tmp_path: Path) -> None:
    assert checked(tmp_path, 60) == 1
    with running(name, tmp_path) as process:

        def lives() -> bool:
            assert process.poll() is None
            # Asking takes a process of its own, so not before there is something to ask about.
            return (tmp_path / "alive").exists() and checked(tmp_path, 60) == 0

        until(lives, otherwise="It gave no sign of life.")
    long_ago = time.time() - 61
    os.utime(tmp_path / "alive", (long_ago, long_ago))
    assert checked(tmp_path, 60) == 1


def test_the_check_loads_nothing_but_pythons_own() -> None:
    code = "import sys; sys.argv = ['', '/nowhere', '1']; import runpy\ntry: runpy.run_path('badgeportal/watch/alive.py')\n"
    code += "finally: print(sorted({'django', 'celery', 'redis', 'badgeportal'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]"


def test_nothing_is_touched_where_no_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    alive.show("")
    assert list(tmp_path.iterdir()) == []
