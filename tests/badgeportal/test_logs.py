"""What reaches a log: numbers, known words, places in the code. Never a person."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from badgeportal.logs import describe

SECRET = "jane.doe@example.org"


@pytest.fixture
def lines() -> Any:
    """Everything that the settings' own handler writes during the test, as parsed lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    config = dict(settings.LOGGING["formatters"]["event"])
    factory = config.pop("()")
    handler.setFormatter(factory(**config))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_numbers_and_known_words_are_kept_and_the_rest_is_dropped(lines):
    structlog.get_logger("orders").warning("order_placed", order_id=7, task="outbox.send", email=SECRET, name="Jane")
    [line] = lines()
    assert (line["event"], line["order_id"], line["task"]) == ("order_placed", 7, "outbox.send")
    assert SECRET not in json.dumps(line)
    assert "Jane" not in json.dumps(line)


def test_a_third_partys_arguments_are_withheld(lines):
    logging.getLogger("smtplib").error("refused %s", SECRET)
    [line] = lines()
    assert line["event"] == "refused %s"
    assert SECRET not in json.dumps(line)


def test_a_message_that_was_put_together_before_is_withheld(lines):
    logging.getLogger("smtplib").error(f"refused {SECRET}")
    logging.getLogger("django.security.DisallowedHost").error(f"Invalid HTTP_HOST header: {SECRET}")
    assert [line["event"] for line in lines()] == ["(message withheld)"] * 2
    assert [line["logger"] for line in lines()] == ["smtplib", "django.security.DisallowedHost"]


def test_what_the_web_server_says_of_a_broken_request_is_withheld(lines):
    log = logging.getLogger("gunicorn.error")
    log.warning(f"Invalid request from ip=203.0.113.7: Invalid HTTP Version: '{SECRET}'")
    log.info("Booting worker with pid: %s", 12)
    assert [line["event"] for line in lines()] == ["Invalid request (withheld)", "Booting worker with pid: 12"]


def test_celery_still_says_which_task(lines):
    logging.getLogger("celery.worker.strategy").warning(
        "Task %(name)s failed: %(exc)s", {"name": "outbox.send_pending", "id": "1-2", "exc": SECRET}
    )
    [line] = lines()
    assert (line["task"], line["task_id"]) == ("outbox.send_pending", "1-2")
    assert SECRET not in json.dumps(line)


def test_gunicorn_says_where_it_listens_but_not_which_page_failed(lines):
    logger = logging.getLogger("gunicorn.error")
    logger.propagate = True
    logger.warning("Listening at: %s", "http://127.0.0.1:8000")
    logger.error("Error handling request %s", f"/confirm-order/token/?q={SECRET}")
    assert [line["event"] for line in lines()] == ["Listening at: http://127.0.0.1:8000", "Error handling request %s"]


@pytest.mark.django_db
def test_a_broken_constraint_is_told_by_its_name_without_the_row(lines):
    User.objects.create_user(SECRET)
    try:
        with transaction.atomic():
            User.objects.create_user(SECRET)
    except IntegrityError:
        structlog.get_logger("accounts").exception("sign_up_failed")
    [line] = lines()
    assert SECRET not in json.dumps(line)
    assert "23505" in line["exception"]
    assert "accounts_user" in line["exception"]
    assert "test_logs.py" in line["exception"]


def test_an_exceptions_message_is_withheld_unless_it_cannot_name_a_person():
    assert SECRET not in describe(ValueError(SECRET))
    assert SECRET not in describe(KeyError(SECRET))
    assert describe(TypeError("takes 1 argument")).endswith("TypeError: takes 1 argument")


def test_causes_are_told_with_their_places_and_without_their_words():
    try:
        try:
            raise OSError(SECRET)
        except OSError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as error:
        told = describe(error)
    assert told.index("OSError") < told.index("RuntimeError")
    assert SECRET not in told


@pytest.mark.django_db
def test_a_page_is_told_by_its_name_and_not_its_address(lines, client):
    client.get("/privacy/", {"q": SECRET})
    told = [line for line in lines() if line["event"] == "request_finished"]
    assert [(line["view"], line["method"], line["code"]) for line in told] == [("privacy", "GET", 200)]
    assert SECRET not in json.dumps(lines())
    assert "127.0.0.1" not in json.dumps(lines())
