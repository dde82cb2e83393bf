"""Which system account runs the servers. PostgreSQL refuses to run as root, so root hands it to an account without rights."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from badgeportal.embedded.faults import CannotStart

Say = Callable[[str], None]


def server_account() -> pwd.struct_passwd | None:
    """`nobody` when we are root, None when the servers can run as whoever we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart(
            "You are root, PostgreSQL cannot run as root, and this machine has no account called nobody to run it."
            " Run this as an ordinary user."
        ) from None


def as_server() -> dict[str, Any]:
    """The arguments with which subprocess starts a program as the servers' account."""
    account = server_account()
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def own(path: Path) -> None:
    """Make the folder `path`, readable by the servers' account and nobody else."""
    path.mkdir(parents=True, exist_ok=True)
    account = server_account()
    wanted = os.geteuid() if account is None else account.pw_uid
    if path.stat().st_uid != wanted:
        if account is None:
            raise CannotStart(f"{path} belongs to another user. Delete it, or run this as the user who made it.")
        os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(0o700)


def open_the_way(path: Path, say: Say) -> None:
    """Let the servers' account pass through every folder above `path` (not list it), and say which were opened."""
    if server_account() is None:
        return
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            say(f"Opened {folder} for passing through, because PostgreSQL runs as nobody when you are root.")


def open_to_read(root: Path) -> None:
    """Let the servers' account read the program files under `root`, where a strict umask kept them to root."""
    if server_account() is None:
        return
    for path in [root, *root.rglob("*")]:
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
