"""Servers for the duration of one `manage.py` command."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from badgeportal.embedded.faults import CannotStart

# Commands that read no database. Anything else gets one.
_WITHOUT_SERVERS = {
    "build_assets", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "lifecycle_diagram",
    "makemessages", "startapp", "version", "--help", "-h", "--version",
}  # fmt: skip


@contextmanager
def servers_for_command(argv: Sequence[str]) -> Iterator[None]:
    """The portal's own servers, up while the command of `argv` runs, when it needs them and no others are set."""
    if len(argv) < 2 or argv[1] in _WITHOUT_SERVERS or "--help" in argv:
        yield
        return
    from badgeportal.settings.environment import EMBEDDED, EMBEDDED_FOLDER

    if not EMBEDDED:
        yield
        return
    from badgeportal.embedded.services import services

    try:
        with services(EMBEDDED_FOLDER, keep=True, say=lambda text: print(text, file=sys.stderr, flush=True)):
            yield
    except CannotStart as fault:
        sys.exit(str(fault))
