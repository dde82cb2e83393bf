"""Static files as production serves them, made only when something they come from has changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from badgeportal.embedded.account import Say
from badgeportal.embedded.faults import CannotStart
from badgeportal.embedded.locks import locked

# Our own files, and what decides about those of the packages.
_SOURCES = ("static", "assets/build", "badgeportal/staticfiles.py", "badgeportal/settings/storage.py", "uv.lock")


def bring_static_files_up_to_date(root: Path, say: Say) -> None:
    """Compile the styles and gather every static file of the project at `root`. Raises CannotStart."""
    from badgeportal.govuk.assets import AssetsError, build_assets

    with locked(root / ".data" / "static.lock"):
        try:
            build_assets(root, lambda step: say(f"{step}..."))
        except AssetsError as fault:
            raise CannotStart(str(fault)) from fault
        stamp = root / "staticfiles" / ".made-from"
        wanted = _fingerprint(root)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        say("Gathering static files...")
        done = subprocess.run(
            [sys.executable, str(root / "manage.py"), "collectstatic", "--noinput", "--verbosity=0"],
            capture_output=True,
            text=True,
            cwd=root,
            check=False,
        )
        if done.returncode:
            raise CannotStart(f"The static files could not be gathered:\n{done.stderr.strip()}")
        stamp.write_text(wanted)


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(f"{path.relative_to(root)}\0{path.stat().st_mtime_ns}\0{path.stat().st_size}\n".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in _SOURCES:
        source = root / name
        found = sorted(source.rglob("*")) if source.is_dir() else [source]
        # build_assets keeps notes of its own in hidden files.
        yield from (path for path in found if path.is_file() and not path.name.startswith("."))
