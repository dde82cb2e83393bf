"""`manage.py` on a machine where nothing is set and nothing runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from badgeportal.embedded.folder import Folder
from badgeportal.embedded.processes import PidRecord
from tests.plugin import ROOT


@pytest.fixture
def folder() -> Iterator[Folder]:
    root = Path(tempfile.mkdtemp(prefix="care-test-"))
    yield Folder(root)
    shutil.rmtree(root)


def manage(folder: Folder, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder.root), **settings}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_command_that_needs_a_database_gets_one_for_its_time(folder):
    done = manage(folder, "showmigrations", "accounts")
    assert done.returncode == 0, done.stderr
    assert "[ ] 0001_initial" in done.stdout
    assert (folder.postgres / "PG_VERSION").exists()
    assert PidRecord(folder.root, "postgres").running() is None
    assert PidRecord(folder.root, "valkey").running() is None


def test_a_command_that_needs_none_starts_none(folder):
    done = manage(folder, "findstatic", "admin/css/base.css")
    assert done.returncode == 0, done.stderr
    assert not folder.postgres.exists()


def test_a_missing_setting_is_one_sentence(folder):
    done = manage(folder, "migrate", PORTAL_ENV="production")
    assert done.returncode == 1
    assert done.stderr.startswith("The portal does not start in production without these settings.")
    assert "Traceback" not in done.stderr
