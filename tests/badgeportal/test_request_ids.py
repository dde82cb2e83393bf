"""One request has one id, in the log of the web process and in that of the worker that does what it asked for."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
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
    written = io.StringIO()
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)


def done(lines: Callable[[], list[Line]], task: str) -> list[Line]:
    """The lines that tell of the beginning and the end of `task`; the second names it by its number only."""
    deadline = time.monotonic() + 60
    while True:
        told = lines()
        begun = [line for line in told if (line["event"], line.get("task")) == ("task_started", task)]
        ended = [
            line
            for line in told
            if line["event"] == "task_succeeded" and begun and line["task_id"] == begun[0]["task_id"]
        ]
        if ended:
            return [begun[0], ended[0]]
        assert time.monotonic() < deadline, told


def test_the_id_of_a_page_is_the_id_of_the_task_that_it_asked_for(real_worker: Any, lines: Any) -> None:
    user = UserFactory()
    Client().post(reverse("account_reset_password"), {"email": user.email})

    [page] = [line for line in lines() if line["event"] == "request_finished"]
    assert page["request_id"]
    assert [line["request_id"] for line in done(lines, "outbox.send_pending")] == [page["request_id"]] * 2


def test_another_request_has_another_id(real_worker: Any, lines: Any) -> None:
    for _ in range(2):
        Client().get(reverse("privacy"))
    first, second = [line["request_id"] for line in lines() if line["event"] == "request_finished"]
    assert first != second


def test_a_task_that_nobody_asked_for_has_no_request(real_worker: Any, lines: Any) -> None:
    structlog.contextvars.clear_contextvars()
    kick("watch.heartbeat")
    assert [line.get("request_id") for line in done(lines, "watch.heartbeat")] == [None, None]
