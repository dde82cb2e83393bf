"""Which mails there are, and how each finds its recipient and its words at the moment it is sent.

An app registers its mails in `<app>/mails.py`, imported when the app is ready. The text is `templates/mail/<key>.txt`: the first
line is the subject, then an empty line, then the body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready for its template."""

    to: str
    context: dict[str, Any] = field(default_factory=dict)


# From the ids of the records to a letter for each; an id that is left out needs no mail any more (erased, restricted).
Resolver = Callable[[Sequence[int]], dict[int, Letter]]

_RESOLVERS: dict[str, Resolver] = {}
_SEALED: set[str] = set()


def register(template: str, *, resolve: Resolver) -> str:
    """Declare the mail `template`, about records that `resolve` turns into letters; returns its key."""
    if template in _RESOLVERS or template in _SEALED:
        raise ValueError(f"The mail {template} is registered twice.")
    _RESOLVERS[template] = resolve
    return template


def register_sealed(template: str) -> str:
    """Declare the mail `template`, whose address and words travel encrypted in its row; returns its key."""
    if template in _RESOLVERS or template in _SEALED:
        raise ValueError(f"The mail {template} is registered twice.")
    _SEALED.add(template)
    return template


def resolver_of(template: str) -> Resolver:
    """The resolver of a registered mail; KeyError for one nobody registered."""
    return _RESOLVERS[template]


def registered() -> frozenset[str]:
    """The keys of every mail."""
    return frozenset(_RESOLVERS) | frozenset(_SEALED)
