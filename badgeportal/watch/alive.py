"""A process without a port says that it lives by touching a file; a container's health check looks at the file's age.

The check is this file run as a program, without Django and without a package: it runs every half minute, for ever.

    python -I badgeportal/watch/alive.py FILE SECONDS
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def show(path: str) -> None:
    """Touch the file at `path`; nothing without a path. Raises OSError when that cannot be done."""
    if path:
        Path(path).touch()


def age(path: str) -> float:
    """Seconds since the last sign; infinite when there was none."""
    try:
        return time.time() - Path(path).stat().st_mtime
    except FileNotFoundError:
        return float("inf")


if __name__ == "__main__":
    sys.exit(0 if age(sys.argv[1]) <= float(sys.argv[2]) else 1)
