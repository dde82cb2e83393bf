"""Waking the next stage, by the name of its task and never by an import."""

from __future__ import annotations

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def kick(task_name: str) -> None:
    """Ask a worker to run `task_name` once the open transaction is committed, or now when none is open.

    A kick carries no arguments: the task pulls whatever is waiting. When the broker cannot be reached the kick is
    logged and dropped, because a sweep in `CELERY_BEAT_SCHEDULE` runs the same task within a minute.
    Kicks of one task within one transaction are sent once.
    """
    connection = transaction.get_connection()
    if any(getattr(entry[1], "args", None) == (task_name,) for entry in connection.run_on_commit if entry[1]):
        return
    transaction.on_commit(partial(_send, task_name), robust=True)


def _send(task_name: str) -> None:
    try:
        current_app.send_task(task_name, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("kick_dropped", task=task_name, error=type(error).__name__)
