"""Waking the next stage, by the name of its task and never by an import."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from celery import current_app
from celery.signals import task_prerun
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# A message that was lost holds further kicks back for no longer than this.
_WAITS_AT_MOST = 10


def kick(task_name: str) -> None:
    """Ask a worker to run `task_name` once the open transaction is committed, or now when none is open.

    A kick carries no arguments: the task pulls whatever is waiting. So while one waits in the queue, no worker having taken
    it up, another would say nothing new and is not sent: on a busy day the worker takes many orders with one run. When the
    broker cannot be reached the kick is logged and dropped, because a sweep in `CELERY_BEAT_SCHEDULE` runs the same task
    within a minute. Kicks of one task within one transaction are sent once.
    """
    connection = transaction.get_connection()
    if any(getattr(entry[1], "args", None) == (task_name,) for entry in connection.run_on_commit if entry[1]):
        return
    transaction.on_commit(partial(_send, task_name), robust=True)


def _send(task_name: str) -> None:
    try:
        if not cache.add(_waiting(task_name), 1, _WAITS_AT_MOST):
            return
        current_app.send_task(task_name, ignore_result=True, retry=False)
    except (OperationalError, OSError, RedisError) as error:
        _forget(task_name)
        log.warning("kick_dropped", task=task_name, error=type(error).__name__)


@task_prerun.connect
def _taken_up(task: Any = None, **_: Any) -> None:
    """Before the task looks for work, so that whatever is committed after its look kicks again."""
    _forget(task.name)


def _forget(task_name: str) -> None:
    with suppress(RedisError):
        cache.delete(_waiting(task_name))


def _waiting(task_name: str) -> str:
    return f"kick:{task_name}"
