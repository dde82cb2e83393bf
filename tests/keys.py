"""The tests' keys in Redis, which may be somebody else's server: nothing there but our own prefix is touched."""

from typing import Any

from django.conf import settings
from django.core.cache import caches


def forget_own_keys() -> None:
    """Delete every key of the cache that begins with this run's prefix; Django's own way would flush the whole database."""
    cache: Any = caches["default"]
    client = cache._cache.get_client(write=True)
    keys = list(client.scan_iter(match=f"{cache.key_prefix}:*", count=1000))
    if keys:
        client.delete(*keys)


def forget_own_queue() -> None:
    """Delete the queues of this run, which hold the kicks that no worker was there to take."""
    cache: Any = caches["default"]
    for queue in (settings.CELERY_TASK_DEFAULT_QUEUE, settings.MAIL_QUEUE):
        names = (queue, f"_kombu.binding.{queue}", f"_kombu.binding_permanent.{queue}")
        cache._cache.get_client(write=True).delete(*names)
