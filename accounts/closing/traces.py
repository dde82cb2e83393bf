"""What the portal leaves beside its rows: keys in Redis, mails in files, log files, the erasures' second place, dead rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection

from accounts.closing import steps
from accounts.models import ClosingStep
from badgeportal.privacy.second_place import second_place


def remove(step: ClosingStep) -> tuple[int, bool]:
    """Remove the next piece of what `step` names; returns how many things went, and whether that was all."""
    return _REMOVE[step.name](step)


def _redis(step: ClosingStep) -> tuple[int, bool]:
    return forget_keys(), True


def forget_keys() -> int:
    """Delete every key of the portal, and its queue; what others keep in the same Redis stays."""
    client, patterns = redis_client(), own_patterns()
    gone = 0
    for pattern in patterns:
        keys = list(client.scan_iter(match=pattern, count=1000))
        gone += client.delete(*keys) if keys else 0
    return gone


def own_patterns() -> tuple[str, ...]:
    """What the names of the portal's keys look like."""
    cache: Any = caches["default"]
    queue = settings.CELERY_TASK_DEFAULT_QUEUE
    return f"{cache.key_prefix}:*", queue, settings.MAIL_QUEUE, f"_kombu.binding.{queue}*"


def redis_client() -> Any:
    cache: Any = caches["default"]
    return cache._cache.get_client(write=True)


def _mails(step: ClosingStep) -> tuple[int, bool]:
    return _delete_files(Path(settings.LOCAL_MAIL_DIR)), True


def _logs(step: ClosingStep) -> tuple[int, bool]:
    """Empty the log files of servers of our own; elsewhere logs go to the operators' own place (docs/operations.md)."""
    emptied = 0
    for path in log_files():
        with path.open("r+b") as file:
            file.truncate(0)
        emptied += 1
    return emptied, True


def log_files() -> list[Path]:
    """The log files that the portal writes itself."""
    if not settings.EMBEDDED:
        return []
    return sorted(path for path in settings.EMBEDDED_FOLDER.logs.glob("*.log") if path.is_file())


def _ledger(step: ClosingStep) -> tuple[int, bool]:
    return second_place().clear(), True


def _delete_files(folder: Path) -> int:
    gone = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        if path.is_file():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _heap(step: ClosingStep) -> tuple[int, bool]:
    """Write one table afresh, without the rows that were overwritten."""
    tables = sorted(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(tables[step.position])}")
    return 1, step.position + 1 >= len(tables)


_REMOVE: dict[str, Callable[[ClosingStep], tuple[int, bool]]] = {
    steps.REDIS: _redis,
    steps.MAILS: _mails,
    steps.LOGS: _logs,
    steps.LEDGER: _ledger,
    steps.HEAP: _heap,
}
