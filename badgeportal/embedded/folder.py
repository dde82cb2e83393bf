"""Where the portal's own servers keep their things, and how to reach them. Nothing here touches a disk or a process."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A Unix socket's whole path fits in 107 bytes on Linux and 103 on macOS; `.s.PGSQL.5432` is the longer of our two names.
_LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")


@dataclass(frozen=True)
class Folder:
    """The data folder of one set of servers, such as `.data` for `make run` or `.data/test` for tests."""

    root: Path
    # Parallel test runs take a number each; everybody else shares the first.
    redis_database: int = 0

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def pid_file(self) -> Path:
        return self.root / "processes.json"

    @property
    def start_lock(self) -> Path:
        """Held for the moment in which servers are started or stopped."""
        return self.root / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Held in common by everyone who uses the servers; whoever can have it alone is the last."""
        return self.root / "users.lock"

    @property
    def run_lock(self) -> Path:
        """Held alone by a running `make run`."""
        return self.root / "run.lock"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix sockets: inside the data folder, or a short path of its own when that is too long."""
        inside = self.root / "sockets"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
            return inside
        mark = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"care-{os.getuid()}-{mark}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db={self.redis_database}"

    @property
    def database(self) -> dict[str, Any]:
        """The connection part of Django's DATABASES entry."""
        return {"NAME": "care", "USER": "care", "PASSWORD": "", "HOST": str(self.sockets), "PORT": "5432"}
