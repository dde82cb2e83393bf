"""Which files may be uploaded, and what a worker does with each. Apps declare theirs when they are ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from badgeportal.uploads.job import Job


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    `load` writes, in one transaction of its own, and calls `job.written(result_id)` as the last thing in it, so that data and
    upload are done together or not at all. `preview` (None: loaded without asking) says what loading would do, and writes
    nothing. Of `refusals` the text is a sentence for the person; of any other error only the name is told. `busy`: later.
    """

    key: str
    title: str
    permission: str
    load: Callable[[Job], None]
    result_page: str
    refusals: tuple[type[Exception], ...]
    preview: Callable[[Job], dict[str, Any]] | None = None
    busy: tuple[type[Exception], ...] = ()
    changed: tuple[type[Exception], ...] = ()


_KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> str:
    """Let files of `kind` be uploaded; returns its key."""
    if kind.key in _KINDS:
        raise ValueError(f"Uploads of the kind {kind.key} are declared twice.")
    _KINDS[kind.key] = kind
    return kind.key


def kind_of(key: str) -> Kind:
    """The kind that was declared as `key`; KeyError for one nobody declared."""
    return _KINDS[key]


def allowed_to(user: Any) -> list[str]:
    """The keys of the kinds that `user` may upload and look at."""
    return [key for key, kind in _KINDS.items() if user.has_perm(kind.permission)]
