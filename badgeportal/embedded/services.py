"""Both servers together: started by whoever comes first, shared, stopped by whoever leaves last.

Everyone who uses the servers holds `users.lock` in common. Who can hold it alone is the only one: at the start any server
still running is then left over from a kill -9 and is stopped, so that there are never two on one folder; at the end the
servers are stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from badgeportal.embedded import postgres, valkey
from badgeportal.embedded.account import Say
from badgeportal.embedded.folder import Folder
from badgeportal.embedded.locks import FileLock, locked
from badgeportal.embedded.processes import leave_to_others


@contextmanager
def services(folder: Folder, *, keep: bool, say: Say) -> Iterator[None]:
    """PostgreSQL and Valkey on `folder`, up within this block.

    `keep` says whether data must survive a power cut; `say` is told of steps that take long. Raises CannotStart.
    """
    users = FileLock(folder.users_lock)
    try:
        with locked(folder.start_lock):
            if users.alone(wait=False):
                _stop_both(folder)
            users.in_common()
            for server in (postgres, valkey):
                if not server.answers(folder):
                    server.start(folder, keep=keep, say=say)
        yield
    finally:
        with locked(folder.start_lock):
            if users.alone(wait=False):
                _stop_both(folder)
            else:
                leave_to_others()
        users.release()


def _stop_both(folder: Folder) -> None:
    valkey.stop(folder)
    postgres.stop(folder)
