"""Notes each run of a task on the timetable, whoever asked for it: the timetable or a kick."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sized
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import states
from celery.signals import heartbeat_sent, task_postrun, task_prerun
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from badgeportal.watch import alive

log = structlog.get_logger(__name__)

_began: dict[str, float] = {}

_WRITE = """
    INSERT INTO watch_sweeprun AS run (task, last_started_at, last_ended_at, last_succeeded_at, succeeded, seconds, result,
                                       runs, failures)
    VALUES (%(task)s, %(started)s, %(ended)s, CASE WHEN %(succeeded)s THEN %(ended)s::timestamptz END, %(succeeded)s,
            %(seconds)s, %(result)s, 1, CASE WHEN %(succeeded)s THEN 0 ELSE 1 END)
    ON CONFLICT (task) DO UPDATE SET
        last_started_at = excluded.last_started_at, last_ended_at = excluded.last_ended_at,
        last_succeeded_at = coalesce(excluded.last_succeeded_at, run.last_succeeded_at),
        succeeded = excluded.succeeded, seconds = excluded.seconds, result = excluded.result,
        runs = run.runs + 1, failures = run.failures + excluded.failures
"""


def sweeps() -> set[str]:
    """The names of the tasks on the timetable."""
    return {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def record_run(*, task: str, succeeded: bool, seconds: float, result: int | None, now: datetime) -> None:
    """Note that `task` ended at `now` after `seconds`; `result` is what it counted, if it counted anything."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "task": task,
                "started": now - timedelta(seconds=max(seconds, 0.0)),
                "ended": now,
                "succeeded": succeeded,
                "seconds": seconds,
                "result": result,
            },
        )


def counted(result: object) -> int | None:
    """What a task returned as one number: itself, the sum of its counts, or how many it found; None when it says nothing."""
    if isinstance(result, int):
        return int(result)
    if isinstance(result, Mapping):
        return sum(value for value in result.values() if isinstance(value, int))
    return len(result) if isinstance(result, Sized) and not isinstance(result, str | bytes) else None


@heartbeat_sent.connect
def _lives(**_: Any) -> None:
    """The worker's main process goes round every two seconds while it is connected to the broker."""
    alive.show(settings.SIGN_OF_LIFE)


@task_prerun.connect
def _begin(task_id: str = "", **_: Any) -> None:
    _began[task_id] = time.monotonic()


@task_postrun.connect
def _end(task_id: str = "", task: Any = None, retval: Any = None, state: str | None = None, **_: Any) -> None:
    began = _began.pop(task_id, None)
    if began is None or task.name not in sweeps():
        return
    succeeded = state == states.SUCCESS
    try:
        record_run(
            task=task.name,
            succeeded=succeeded,
            seconds=time.monotonic() - began,
            result=counted(retval) if succeeded else None,
            now=timezone.now(),
        )
    except Error as error:
        # The sweep has done its work; that nobody noted it is no reason to fail.
        log.warning("sweep_not_recorded", task=task.name, error=type(error).__name__)
