"""Our own record of the processes we started, to find them again after a kill -9.

A process number alone proves nothing, since numbers are used again; beside it stands the time the process began.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

# Handles of what this process started, by number: Python takes one that is let go of for a slip.
_started: dict[int, subprocess.Popen[bytes]] = {}


class PidRecord:
    """The process called `name` of one data folder."""

    def __init__(self, root: Path, name: str) -> None:
        self._path = root / "pids" / f"{name}.json"

    def write(self, process: subprocess.Popen[bytes]) -> None:
        """Remember that it is `process`, just started."""
        _started[process.pid] = process
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps({"pid": process.pid, "began": psutil.Process(process.pid).create_time()}))
        draft.replace(self._path)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)

    def running(self) -> psutil.Process | None:
        """The process when it is still the one we started, else None. A damaged record counts as none."""
        try:
            record = json.loads(self._path.read_text())
            process = psutil.Process(int(record["pid"]))
            same = abs(process.create_time() - float(record["began"])) < 1
            return process if same and alive(process) else None
        except (OSError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
            return None

    def stop(self, *, by: signal.Signals = signal.SIGTERM, patience: float = 15) -> None:
        """Stop the process and what it started, and forget it; without an answer in `patience` seconds it is killed."""
        process = self.running()
        if process is not None:
            end(process, by=by, patience=patience)
        take_note_of_the_ended()
        self.forget()


def take_note_of_the_ended() -> None:
    """Collect the exit codes of what this process started and what has ended since, by our hand or another's."""
    for pid, handle in list(_started.items()):
        if handle.poll() is not None:
            del _started[pid]


def leave_to_others() -> None:
    """Let go of what still runs because others use it; they will stop it."""
    for handle in _started.values():
        # Otherwise Python warns that a process was forgotten.
        handle.returncode = 0
    _started.clear()


def alive(process: psutil.Process) -> bool:
    """Whether `process` still runs. One that ended counts as gone even when nobody has taken note of its end:
    in a container the first process often never does.
    """
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def end(process: psutil.Process, *, by: signal.Signals, patience: float) -> None:
    """Ask `process` to end by the signal `by`, wait, then kill it with whatever it started."""
    try:
        family = [process, *process.children(recursive=True)]
        process.send_signal(by)
    except psutil.NoSuchProcess:
        return
    _wait([process], patience)
    # Children that end a moment after their parent are given that moment.
    for survivor in _wait(family, 2):
        with suppress(psutil.NoSuchProcess):
            survivor.kill()
    _wait(family, 5)


def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those of `processes` that still run after `seconds`, or none as soon as all have ended."""
    deadline = time.monotonic() + seconds
    left = [process for process in processes if alive(process)]
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [process for process in left if alive(process)]
    return left
