"""What the visitors saw: the time of every request from when it was due, and every error. Nothing waits for anything else."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

_REFERENCE = re.compile(r"CARE-\w{4}-\w{4}")


def page_name(method: str, path: str) -> str:
    """The name of a page in the report; every order's page counts as one, every static file as another."""
    path = path.split("?", 1)[0]
    return "GET static files" if path.startswith("/static/") else f"{method} {_REFERENCE.sub('REF', path)}"


@dataclass
class Clock:
    """The requests of one stage that were due between `opens` and `closes` (of time.monotonic)."""

    opens: float
    closes: float
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    arrived: int = 0
    finished: int = 0
    # Those on their way now.
    inside: int = 0
    code_waits: list[float] = field(default_factory=list)
    # How late the driver itself was in sending; part of the time above.
    latest_send: float = 0.0

    def note(self, page: str, *, due: float, sent: float) -> None:
        if self.opens <= due < self.closes:
            self.seconds[page].append(time.monotonic() - due)
            self.latest_send = max(self.latest_send, sent - due)

    def note_code(self, *, due: float) -> None:
        if self.opens <= due < self.closes:
            self.code_waits.append(time.monotonic() - due)

    def note_error(self, what: str) -> None:
        """Errors count whenever they happen, also before the stage opens and after it closes."""
        self.errors[what] += 1
