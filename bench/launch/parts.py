"""What each part of the machine used: processor time and memory of the portal's processes, its servers and the driver."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

import psutil

from badgeportal.embedded.folder import Folder
from badgeportal.embedded.processes import PidRecord

NAMES = ("web", "worker", "mailer", "beat", "postgres", "valkey")


@dataclass(frozen=True)
class Use:
    """Processor seconds by part since the parts started, and when that was read."""

    at: float
    seconds: dict[str, float]
    machine: float

    def since(self, before: Use) -> Use:
        spent = {name: value - before.seconds[name] for name, value in self.seconds.items()}
        return Use(self.at - before.at, spent, self.machine - before.machine)


class Parts:
    """The processes that run on `folder`, and this one, the driver."""

    def __init__(self, folder: Folder) -> None:
        found = {name: PidRecord(folder.root, name).running() for name in NAMES}
        self._roots: dict[str, psutil.Process] = {name: one for name, one in found.items() if one is not None}
        self._roots["driver"] = psutil.Process()

    def use(self) -> Use:
        busy = psutil.cpu_times()
        machine = busy.user + busy.nice + busy.system + busy.irq + busy.softirq + busy.steal
        families = self._families()
        return Use(time.monotonic(), {name: _seconds(family) for name, family in families.items()}, machine)

    def memory(self) -> dict[str, tuple[int, float, float]]:
        """Of each part but the driver: processes, megabytes with shared pages counted once, and the largest process."""
        sizes = {}
        for name, family in self._families().items():
            facts = []
            for process in family:
                with suppress(psutil.Error):
                    facts.append(process.memory_full_info())
            sizes[name] = (len(facts), sum(f.pss for f in facts) / 1e6, max((f.rss for f in facts), default=0) / 1e6)
        del sizes["driver"]
        return sizes

    def _families(self) -> dict[str, list[psutil.Process]]:
        """Each part with the processes it started, and they again; the driver is alone, because the parts are its children."""
        children: dict[int, list[psutil.Process]] = defaultdict(list)
        for process in psutil.process_iter(["ppid"]):
            children[process.info["ppid"]].append(process)
        families = {}
        for name, root in self._roots.items():
            family = [root]
            if root.pid != os.getpid():
                # Grows while it is walked.
                for one in family:
                    family += children[one.pid]
            families[name] = family
        return families


def _seconds(family: list[psutil.Process]) -> float:
    total = 0.0
    for process in family:
        with suppress(psutil.Error):
            times = process.cpu_times()
            # Children that ended count with their parent.
            total += times.user + times.system + times.children_user + times.children_system
    return total
