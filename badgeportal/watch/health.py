"""The state of every part, in words for staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from redis.exceptions import RedisError

from badgeportal.outbox.models import OutboxMessage
from badgeportal.watch import beat
from badgeportal.watch.models import SweepRun
from badgeportal.watch.recording import sweeps

# The heartbeat is sent every 30 seconds; three in a row were lost.
SILENT_AFTER = timedelta(seconds=100)
MAIL_LATE_AFTER = timedelta(minutes=15)
# A sweep of every minute is missed after ten; one of every hour or day after a little more than its time.
_PATIENCE = {"hourly": timedelta(hours=1, minutes=30), "daily": timedelta(hours=26)}


# Parts of later rooms, each by its name: whether it is well, and what can be said of it. They may ask the database.
_Asked = Callable[[datetime], tuple[bool, str]]
_FURTHER: dict[str, _Asked] = {}
# What people are behind with: a warning, since no machine is unwell and a probe has nobody to wake.
_OF_PEOPLE: set[str] = set()


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the page: what it is, whether it is well, and what can be said of it."""

    name: str
    well: bool
    says: str
    of_people: bool = False


def register_part(name: str, *, of_people: bool = False) -> Callable[[_Asked], _Asked]:
    """Let a room say how a part of its own is: decorates a function of the time. `of_people`: work that waits for staff."""

    def keep(ask: _Asked) -> _Asked:
        _FURTHER[name] = ask
        if of_people:
            _OF_PEOPLE.add(name)
        return ask

    return keep


def state_of_everything(now: datetime) -> list[Part]:
    """Every part of the portal, the database first; without it the others that live there cannot be asked."""
    database = _asked("Database", (Error,), _database)
    parts = [database, _asked("Redis", (RedisError,), _redis)]
    parts.append(_asked("Timetable (beat)", (RedisError,), lambda: _seen(beat.last_seen(), now)))
    if database.well:
        runs = {run.task: run for run in SweepRun.objects.all()}
        worker = runs.pop("watch.heartbeat", None)
        parts.append(Part("Worker", *_seen(worker.last_succeeded_at if worker else None, now)))
        parts.append(Part("Mail", *_mail(now)))
        parts += [Part(name, *ask(now), of_people=name in _OF_PEOPLE) for name, ask in sorted(_FURTHER.items())]
        parts += [Part(task, *_sweep(task, runs.get(task), now)) for task in sorted(sweeps() - {"watch.heartbeat"})]
    return parts


def _asked(name: str, errors: tuple[type[Exception], ...], ask: Callable[[], tuple[bool, str]]) -> Part:
    try:
        return Part(name, *ask())
    except errors:
        return Part(name, False, "does not answer")


def _database() -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, "answers"


def _redis() -> tuple[bool, str]:
    cache.set("health-asked", 1, 10)
    return True, "answers"


def _seen(then: datetime | None, now: datetime) -> tuple[bool, str]:
    if then is None:
        return False, "has not been seen"
    return now - then < SILENT_AFTER, f"seen {int((now - then).total_seconds())} seconds ago"


def _mail(now: datetime) -> tuple[bool, str]:
    since = OutboxMessage.objects.waiting_since()
    if since is None:
        return True, "nothing waits"
    return now - since < MAIL_LATE_AFTER, f"the oldest has waited {int((now - since).total_seconds() // 60)} minutes"


def _sweep(task: str, run: SweepRun | None, now: datetime) -> tuple[bool, str]:
    if run is None:
        return True, "has not run yet"
    ago = now - run.last_ended_at
    counted = "" if run.result is None else f", counted {run.result}"
    ended = "succeeded" if run.succeeded else "failed"
    says = f"{ended} {int(ago.total_seconds() // 60)} minutes ago in {run.seconds:.1f} seconds{counted}"
    return run.succeeded and ago < patience(task), says


def patience(task: str) -> timedelta:
    """How long a sweep may be silent before it counts as missed."""
    entry = next(entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == task)
    schedule = entry["schedule"]
    if isinstance(schedule, int | float):
        return timedelta(seconds=10 * float(schedule))
    return _PATIENCE["hourly" if len(schedule.hour) == 24 else "daily"]
