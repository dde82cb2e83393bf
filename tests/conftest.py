"""Fixtures of every test. Servers, slots and static files are prepared in `tests.plugin`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connections
from django.test.testcases import LiveServerThread
from django.test.utils import modify_settings
from playwright.sync_api import Browser, expect

from accounts.closing.notice import remember
from tests.keys import forget_own_keys, forget_own_queue
from tests.migrated import migrated_database
from tests.plugin import FOLDER, browser_program
from tests.restoring import keep_rows_of_migrations

# Without these Chromium asks Google's hosts at every start; as root it needs its sandbox off.
_CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


# A page is as patient as a person: on a machine with more to do, five seconds are over before an answer is there.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """Each process copies its database from a migrated one; on servers of your own it applies the migrations itself."""
    if settings.EMBEDDED:
        with django_db_blocker.unblock():
            connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated_database(FOLDER)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Every test begins without rate limits and other remains."""
    forget_own_keys()


@pytest.fixture(autouse=True)
def _no_closing_in_sight() -> None:
    """As a web process that has just looked whether the portal closes; scheduling it in the test makes it look again."""
    remember(None, seconds=3600)


@pytest.fixture(autouse=True)
def _own_erasure_ledger(tmp_path: Path, settings: Any) -> None:
    """What one test erases is not in the second place of another."""
    settings.ERASURE_LEDGER = str(tmp_path / "erasures")


@pytest.fixture(scope="session", autouse=True)
def _no_queue_left_behind() -> Iterator[None]:
    yield
    forget_own_keys()
    forget_own_queue()


class _WhiteNoiseServer(LiveServerThread):
    """Serves the portal with its own middleware for static files, under hashed names, as in production."""

    def __init__(self) -> None:
        super().__init__("localhost", static_handler=lambda application: application, connections_override={})
        self.daemon = True

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@pytest.fixture(autouse=True)
def _live_server_helper() -> None:
    """Stands in for pytest-django's own, which expects pytest-django's own server."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Rows written by migrations come back after every test that empties the tables, also when a browser is running.

    Django keeps the rows on its connection object, and once Playwright's event loop runs it makes another such object.
    """
    contents = getattr(connections["default"], "_test_serialized_contents", None)
    if contents is not None:
        type(connections["default"])._test_serialized_contents = contents
        with django_db_blocker.unblock():
            keep_rows_of_migrations()
    yield
    # A browser may keep a connection open for a moment longer than its test, and a thread of the live server with it.
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def live_server(django_db_serialized_rollback: None, transactional_db: None) -> Iterator[_WhiteNoiseServer]:
    """The portal on a real port in a thread of this process; `live_server.url` is its address."""
    server = _WhiteNoiseServer()
    with modify_settings(ALLOWED_HOSTS={"append": "localhost"}):
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        yield server
        server.terminate()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    # Playwright's synchronous API keeps an event loop open in this thread, which Django takes for asynchronous code. It
    # stays open for the tests that follow in this process, so the switch stays too.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {"executable_path": browser_program(), "headless": True, "args": _CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Iterator[Browser]:
    """The browser of the run, which is closed with its event loop, even if the last test had set that aside."""
    loop = asyncio._get_running_loop()
    yield browser
    asyncio._set_running_loop(loop)


@pytest.fixture
def browser_context_args(live_server: _WhiteNoiseServer) -> dict[str, Any]:
    """Every page of a browser test knows short addresses such as `/order/`."""
    return {"base_url": live_server.url, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture
def real_worker(transactional_db: None) -> Iterator[Any]:
    """A real Celery worker on the test's database and a queue of its own; work kicked in the test is done by it."""
    app = current_app._get_current_object()
    with app.connection_for_write() as connection:
        for queue in app.amqp.queues.values():
            queue.bind(connection.default_channel).declare()
            connection.default_channel.queue_purge(queue.name)
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30) as worker:
        yield worker
    connections["default"].close()
