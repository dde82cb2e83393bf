"""Waiting for what another process or thread does, without keeping a processor from it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_pause = threading.Event()


def until(condition: Callable[[], object], *, seconds: float = 120, otherwise: str) -> None:
    """Return once `condition` holds; fail with `otherwise` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise
        _pause.wait(0.02)
