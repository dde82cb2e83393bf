"""Prepares the ground before Django reads its settings: servers of the tests' own, a place on them for this run, static files.

Loaded by `-p tests.plugin` (pyproject.toml). Several runs may go on at once: each takes a free slot, and with it a database
name and a range of Redis databases. With DATABASE_URL and REDIS_URL set those servers are used, and keys are told apart by
prefix, because nothing there is ours to flush.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
IS_CONTROLLER = not WORKER
_SLOTS = 8
_REDIS_DATABASES_OF_A_SLOT = 16
# Those that take longest: the others fill the time beside them, and no process is left alone with one at the end.
_LONGEST = (
    "badgeportal/test_embedded_run",
    "failures/test_logs_hold_nobody",
    "sampledata/test_sample_data",
    "browser/test_whole_journey",
    "orders/test_pages_in_a_browser",
    "browser/test_uploads",
    "browser/test_staff_pages",
)
# The one without windows first: the others draw their own frame around each page, which takes as long as the page.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

os.environ["PORTAL_ENV"] = "local"
os.environ["DATA_DIR"] = str(ROOT / ".data" / "test")
os.environ["LOG_LEVEL"] = os.environ.get("LOG_LEVEL", "WARNING")
os.environ["CATCH_QUERY_LOOPS"] = "true"
# The tests are the same whosever servers they use.
os.environ["SAMPLE_DATA"] = "true"
os.environ["STAFF_SECOND_FACTOR_REQUIRED"] = "false"

# The package is needed under its settings' environment, so it is read only now.
from badgeportal.embedded.folder import Folder  # noqa: E402
from badgeportal.embedded.locks import FileLock  # noqa: E402
from badgeportal.embedded.services import services  # noqa: E402
from badgeportal.embedded.static import bring_static_files_up_to_date  # noqa: E402

FOLDER = Folder(ROOT / ".data" / "test")
_held: list[FileLock] = []


def _take_slot() -> int:
    for slot in range(_SLOTS):
        lock = FileLock(FOLDER.root / f"slot-{slot}.lock")
        if lock.alone(wait=False):
            _held.append(lock)
            return slot
        lock.release()
    sys.exit(f"{_SLOTS} test runs are going on already. Wait for one to end.")


if IS_CONTROLLER:
    os.environ["TEST_SLOT"] = str(_take_slot())
_slot = int(os.environ["TEST_SLOT"])
# The number of the worker in `gw3`, from 1; 0 is the controller, which runs the tests when there are no workers.
_number = int(WORKER.removeprefix("gw")) + 1 if WORKER else 0
_own_name = f"{os.environ.get('PYTEST_DB_SUFFIX') or _slot}"
os.environ["TEST_DATABASE_NAME"] = f"test_care_{_own_name}"
os.environ["CACHE_PREFIX"] = os.environ["CELERY_QUEUE"] = f"test-{_slot}-{_number}"
os.environ["EMBEDDED_REDIS_DB"] = str(_slot * _REDIS_DATABASES_OF_A_SLOT + _number % _REDIS_DATABASES_OF_A_SLOT)


def browser_program() -> str | None:
    """The path of a Chromium: CHROMIUM in the environment, or the first on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


class Ground:
    """What the controlling process prepares once, and takes down at the end."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.left_out: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        if config.option.collectonly or config.option.help or config.option.version:
            return
        if browser_program() is None and os.environ.get("CI") == "true":
            raise pytest.UsageError(
                "CI=true and there is no Chromium. Install Debian's package chromium, or set CHROMIUM."
            )
        from badgeportal.settings.environment import EMBEDDED

        if EMBEDDED:
            self._stack.enter_context(services(FOLDER, keep=False, say=lambda text: print(text, file=sys.stderr)))
        bring_static_files_up_to_date(ROOT, lambda text: print(text, file=sys.stderr))

    def pytest_unconfigure(self) -> None:
        self._stack.close()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        self.left_out.update(getattr(node, "workeroutput", {}).get("left_out", []))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.left_out:
            return
        terminalreporter.section("left out")
        terminalreporter.line(
            f"{len(self.left_out)} browser tests did not run, because there is no Chromium on this machine."
            " Install Debian's package chromium, or set CHROMIUM to the path of one:"
        )
        for name in sorted(self.left_out):
            terminalreporter.line(f"  {name}")


_ground = Ground() if IS_CONTROLLER else None


def pytest_configure(config: pytest.Config) -> None:
    if _ground is not None:
        config.pluginmanager.register(_ground, "ground")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the rows of migrations back after tests that commit, and leave browser tests out where there is no browser."""
    for item in items:
        if _commits(item):
            # One such test without it would leave the next one no portal, no roles and no stock.
            marker = item.get_closest_marker("django_db")
            asked = marker.kwargs if marker is not None else {}
            item.add_marker(
                pytest.mark.django_db(**{**asked, "transaction": True, "serialized_rollback": True}), append=False
            )
    if browser_program() is None:
        _leave_out_browser_tests(config, items)
    items[:] = _longest_first(items, processes=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _longest_first(items: list[pytest.Item], *, processes: int) -> list[pytest.Item]:
    """The same tests, in shares of one size, which `--dist worksteal` cuts them into: the longest first, browsers last.

    A browser leaves an event loop in its process, and for a moment connections to the database, and what comes after would meet
    them: asgiref refuses to work beside such a loop, and who looks for the sessions of a killed process would see others.
    """
    longest = sorted(items, key=lambda item: not item.nodeid.removeprefix("tests/").startswith(_LONGEST))
    browsers = [item for item in longest if item.get_closest_marker("browser")]
    alone = [item for item in longest if not item.get_closest_marker("browser")]
    count = sum(item.nodeid.removeprefix("tests/").startswith(_LONGEST) for item in alone)
    begin, others = alone[:count], alone[count:]
    ordered: list[pytest.Item] = []
    for number in range(processes):
        begun, ended = begin[number::processes], browsers[number::processes]
        size = (len(items) - len(ordered)) // (processes - number)
        rest = max(size - len(begun) - len(ended), 0)
        ordered += begun + others[:rest] + ended
        others = others[rest:]
    return others + ordered


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """A test without a browser, and all that is made and taken back for it, does not meet the loop that an earlier one left.

    Playwright keeps its event loop running in this thread for the whole run. asgiref, by which `/health/` asks its questions,
    refuses to work beside one, and Django takes another connection there: one is rolled back, and the rows stay on the other.
    """
    if item.get_closest_marker("browser"):
        return (yield)
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    result = yield
    # After the last test there is no browser any more.
    if nextitem is not None:
        asyncio._set_running_loop(loop)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """After a test that commits the tables are empty; the next one that does not commit finds migrations' rows again.

    Run one after another, pytest-django puts tests that commit last; spread over processes there is no such order.
    """
    result = yield
    if nextitem is not None and _commits(item) and not _commits(nextitem):
        from django.db import connection
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            rows = getattr(connection, "_test_serialized_contents", None)
            if rows is not None:
                connection.creation.deserialize_db_from_string(rows)
            connection.close()
    return result


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    by_marker = marker is not None and bool(marker.kwargs.get("transaction"))
    return by_marker or "transactional_db" in getattr(item, "fixturenames", [])


def _leave_out_browser_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if not item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=browser)
    names = [item.nodeid for item in browser]
    if _ground is not None:
        _ground.left_out.update(names)
    else:
        config.workeroutput["left_out"] = names  # type: ignore[attr-defined]
