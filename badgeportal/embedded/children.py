"""The processes of a running portal, each in a session of its own so that Ctrl-C reaches only us."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from badgeportal.embedded.folder import Folder
from badgeportal.embedded.processes import PidRecord

# A log older than this many bytes makes room at the next start.
_LONG_LOG = 5 * 1024 * 1024


@dataclass(frozen=True)
class Program:
    """One process of the portal: its name, its command, and how long it may take to finish what it is doing."""

    name: str
    command: list[str]
    patience: float = 15


def programs(
    folder: Folder, *, port: int, host: str, web_workers: int, web_threads: int, queue: str, mail_queue: str
) -> list[Program]:
    """Web, worker, mailer and beat, in the order in which they start."""
    python = sys.executable
    beat = folder.root / "beat"
    beat.mkdir(exist_ok=True)
    # Threads hold the connections that browsers leave open; one that has a process to itself needs none, as behind a proxy.
    kind = "gthread" if web_threads > 1 else "sync"
    web = [python, "-m", "gunicorn", "badgeportal.wsgi", f"--bind={host}:{port}", f"--worker-class={kind}"]
    web += [
        f"--workers={web_workers}",
        f"--threads={web_threads}",
        "--graceful-timeout=5",
        "--no-control-socket",
        "--preload",
    ]
    web += ["--logger-class=badgeportal.logs.QuietGunicornLogger"]
    celery = [python, "-m", "celery", "-A", "badgeportal"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle"]
    return [
        Program("web", web),
        Program("worker", [*worker, f"--queues={queue}", "--concurrency=2", "--hostname=worker@%h"]),
        Program("mailer", [*worker, f"--queues={mail_queue}", "--concurrency=1", "--hostname=mailer@%h"]),
        Program("beat", [*celery, "beat", f"--schedule={beat / 'schedule'}", "--pidfile="]),
    ]


class Child:
    """A running Program."""

    def __init__(self, program: Program, folder: Folder, cwd: Path) -> None:
        self.program = program
        self.log = folder.logs / f"{program.name}.log"
        self._record = PidRecord(folder.root, program.name)
        folder.logs.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LONG_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=cwd,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        self._record.write(self._process)

    @property
    def ended(self) -> int | None:
        """The exit code when the process has ended, else None."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Tell it to finish what it is doing and end."""
        self._process.terminate()

    def stop(self) -> None:
        """Wait until it has ended, for as long as its patience; then end it."""
        self._record.stop(patience=self.program.patience)
        self._process.wait()


def reap(folder: Folder) -> list[str]:
    """End the processes left over from a run that was killed; returns the names of those that were found."""
    found = []
    for name in ("beat", "mailer", "worker", "web"):
        record = PidRecord(folder.root, name)
        if record.running() is not None:
            found.append(name)
        record.stop(patience=5)
    return found
