"""One request has one id, in the log of the web process and in that of the worker that does what it asked for."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from badgeportal.kick import kick
from tests.factories.user import UserFactory

Line = dict[str, Any]


@pytest.fixture
def lines() -> Iterator[Callable[[], list[Line]]]:
    """What the settings' own handler has written since the test began."""
    [handler] = [one for one in logging.getLogger().handlers if one.get_name() == "events"]
    assert isinstance(handler, logging.StreamHandler)
    root, written = logging.getLogger(), io.StringIO()
    before, level = handler.setStream(written), root.level
    # The tests are quieter than the portal.
    loggers = [root, *map(logging.getLogger, ("django", "django_structlog"))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    for logger, was in zip(loggers, levels, strict=True):
        logger.setLevel(was)
    root.setLevel(level)
    handler.setStream(before)


def until(lines: Callable[[], list[Line]], event: str, task: str) -> Line:
    """The line that says `event` of `task`."""
    deadline = time.monotonic() + 30
    while not (found := [line for line in lines() if (line["event"], line.get("task")) == (event, task)]):
        assert time.monotonic() < deadline, lines()
    return found[-1]


def test_the_id_of_a_page_is_the_id_of_the_task_that_it_asked_for(real_worker: Any, lines: Any) -> None:
    user = UserFactory()
    Client().post(reverse("account_reset_password"), {"email": user.email})

    [page] = [line for line in lines() if line["event"] == "request_finished"]
    task = until(lines, "task_succeeded", "outbox.send_pending")

    assert page["request_id"]
    assert task["request_id"] == page["request_id"]


def test_another_request_has_another_id(real_worker: Any, lines: Any) -> None:
    for _ in range(2):
        Client().get(reverse("privacy"))
    first, second = [line["request_id"] for line in lines() if line["event"] == "request_finished"]
    assert first != second


def test_a_task_that_nobody_asked_for_has_no_request(real_worker: Any, lines: Any) -> None:
    kick("watch.heartbeat")
    assert "request_id" not in until(lines, "task_succeeded", "watch.heartbeat")
