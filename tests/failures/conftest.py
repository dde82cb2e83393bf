"""A broker and a cache of the test's own, which may be stopped and emptied, and the portal's parts as processes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from badgeportal import kick
from badgeportal.embedded import postgres, valkey
from badgeportal.embedded.folder import Folder
from tests.badgeportal.conftest import mail_server, test_mail  # noqa: F401 - fixtures


class Valkey:
    """A real Valkey on a folder of its own: cache and broker of whoever is given its `url`."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.url = folder.redis_url
        self.start()

    def start(self) -> None:
        valkey.start(self.folder, keep=False, say=print)

    def stop(self) -> None:
        valkey.stop(self.folder)

    def empty(self) -> None:
        """Forget everything, as a Redis without a disk does when it is started again."""
        self.stop()
        self.start()


@pytest.fixture
def folder() -> Iterator[Folder]:
    """A data folder of the test's own; not pytest's, which is closed to the account that runs servers for root."""
    root = Path(tempfile.mkdtemp(prefix="care-fail-"))
    try:
        yield Folder(root)
    finally:
        valkey.stop(Folder(root))
        postgres.stop(Folder(root))
        shutil.rmtree(root)


@pytest.fixture
def own_valkey(folder: Folder, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """Cache, limits and kicks of this test go to a Valkey of its own."""
    server = Valkey(folder)
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": server.url}}
    app = Celery("own", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = server.url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    monkeypatch.setattr(kick, "current_app", app)
    try:
        yield server
    finally:
        app.close()
