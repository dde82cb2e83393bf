"""The kinds of audit event, and the detail keys that each may carry. Free text and personal data have no key here."""

from __future__ import annotations

_KINDS: dict[str, frozenset[str]] = {}


def declare(kind: str, *details: str) -> str:
    """Register the kind `kind` with the keys its details may have, and return its name."""
    known = _KINDS.setdefault(kind, frozenset(details))
    if known != frozenset(details):
        raise ValueError(f"The audit event {kind} is declared twice with different details.")
    return kind


def declared() -> frozenset[str]:
    """Every kind there is."""
    return frozenset(_KINDS)


def said(kind: str) -> str:
    """`kind` as the start of a sentence for staff; abbreviations keep their capitals."""
    words = kind.replace("_", " ").capitalize()
    return words.replace("Dx ", "DX ").replace("Ods ", "ODS ")


def check(kind: str, details: dict[str, object]) -> None:
    """Raise ValueError when `kind` is unknown or `details` has a key that was not declared."""
    if kind not in _KINDS:
        raise ValueError(f"The audit event {kind} is not declared.")
    unknown = set(details) - _KINDS[kind]
    if unknown:
        raise ValueError(f"The audit event {kind} has no detail named {', '.join(sorted(unknown))}.")


PERSONAL_PAGE_SEEN = declare("personal_page_seen", "page", "ids")
