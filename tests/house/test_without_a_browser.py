"""A machine without Chromium hears which tests did not run; on CI that is an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin import ROOT


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH with no browser on it."""
    (tmp_path / "git").symlink_to(shutil.which("git") or "/usr/bin/git")
    return str(tmp_path)


def run_browser_tests(path: str, **settings: str) -> subprocess.CompletedProcess[str]:
    ours = ("PYTEST", "TEST_", "CACHE_PREFIX", "CELERY_QUEUE", "EMBEDDED_", "CI", "CHROMIUM", "PATH")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "tests/browser/test_public_pages.py",
    ]
    return subprocess.run(
        command, env={**env, "PATH": path, **settings}, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_what_is_left_out_is_told_test_by_test(bare_path):
    done = run_browser_tests(bare_path)
    assert "browser tests did not run, because there is no Chromium on this machine" in done.stdout
    assert "  tests/browser/test_public_pages.py::test_a_password_can_be_shown[chromium]" in done.stdout
    assert " passed" not in done.stdout
    assert " skipped" not in done.stdout


def test_on_ci_it_is_an_error(bare_path):
    done = run_browser_tests(bare_path, CI="true")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "CI=true and there is no Chromium" in done.stderr
