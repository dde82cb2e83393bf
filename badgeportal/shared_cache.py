"""What web processes share in Redis for a moment: counts of tries, and what pages need to know on every visit."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.crypto import salted_hmac


def key_in_redis(key: str, prefix: str, version: int) -> str:
    """The name under which `key` stands in Redis, with no internet address and nobody's email address in it.

    allauth counts tries under the visitor's internet address in clear and a plain hash of the email address typed. Redis writes
    every name into a file, and keeps it there long after the count has run out.
    """
    if key.startswith("allauth"):
        key = f"allauth:{salted_hmac('shared-cache', key).hexdigest()}"
    return f"{prefix}:{version}:{key}"


class _OneClient(RedisCacheClient):
    """Django's own makes a new client for each command, and a client is a table of 200 entries: it took as long as the rest."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if write not in self._kept:
            self._kept[write] = super().get_client(key, write=write)
        return self._kept[write]


class SharedCache(RedisCache):
    """Django's cache on Redis, with one client kept for reading and one for writing."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _OneClient
