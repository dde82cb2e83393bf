"""A second PostgreSQL of our own beside the one that runs: for what must begin in a folder that never held anything else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from badgeportal.embedded import postgres
from badgeportal.embedded.account import Say
from badgeportal.embedded.folder import Folder

_PREFIX = "closed-"


@contextmanager
def cluster_beside(data_dir: Path, *, say: Say) -> Iterator[Folder]:
    """A new cluster in a folder of its own under `data_dir`, up within this block. Raises CannotStart.

    It stays, stopped, when the block ends well. Otherwise it is deleted, with whatever was copied into it. What a run that was
    killed has left goes first, so call this only while no earlier one is wanted.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    for left in data_dir.glob(f"{_PREFIX}*"):
        _remove(Folder(left))
    folder = Folder(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=data_dir)))
    try:
        postgres.start(folder, keep=True, say=say)
        yield folder
    except BaseException:
        _remove(folder)
        raise
    postgres.stop(folder)
    shutil.rmtree(folder.sockets, ignore_errors=True)


def _remove(folder: Folder) -> None:
    postgres.stop(folder)
    shutil.rmtree(folder.sockets, ignore_errors=True)
    shutil.rmtree(folder.root)
