"""The timetable's own sign of life, in Redis, so that a silent timetable can be told from a silent worker."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import structlog
from celery.beat import PersistentScheduler
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from badgeportal.watch import alive

log = structlog.get_logger(__name__)

_KEY = "beat-seen"
_EVERY_SECONDS = 10
_KEPT_SECONDS = 24 * 60 * 60


class BeatingScheduler(PersistentScheduler):
    """Celery's timetable, which also says every ten seconds that it is alive."""

    _told = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, and say so; returns the seconds until the next time, at most those of the sign of life."""
        wait: float = super().tick(*args, **kwargs)
        if time.monotonic() - self._told >= _EVERY_SECONDS:
            self._told = time.monotonic()
            show_life(datetime.now(UTC))
            alive.show(settings.SIGN_OF_LIFE)
        return min(wait, _EVERY_SECONDS)


def show_life(now: datetime) -> None:
    """Note that the timetable was alive at `now`. Without Redis it is not noted, and the timetable goes on."""
    try:
        cache.set(_KEY, now, _KEPT_SECONDS)
    except RedisError as error:
        log.warning("beat_not_noted", error=type(error).__name__)


def last_seen() -> datetime | None:
    """When the timetable last showed life; None when it did not within a day. Raises RedisError."""
    seen: datetime | None = cache.get(_KEY)
    return seen
