"""What is held about people, from the inventory, in words for the privacy notice and for 'Your data'."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from badgeportal.inventory import Whose, declarations

_SETTING = re.compile(r"\b([A-Z][A-Z_]+)(?: \((\d+)\))?")


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of information: what it is, why, where it came from, who receives it, how long it is kept."""

    what: str
    why: str
    source: str
    recipients: str
    kept: str


@dataclass(frozen=True, slots=True)
class HeldOf:
    """What is held about one group of people."""

    whose: str
    rows: tuple[Held, ...]


def what_is_held(about: Iterable[Whose] = tuple(Whose)) -> list[HeldOf]:
    """For each group of people in `about`, every kind of information that the inventory declares, each said once."""
    declared = [one for declaration in declarations().values() for one in declaration.personal.values()]
    groups = []
    for whose in about:
        rows = [
            Held(one.what, one.purpose, one.source, ", ".join(one.recipients), in_public_words(one.retention))
            for one in declared
            if one.whose is whose
        ]
        groups.append(HeldOf(whose.value, tuple(dict.fromkeys(rows))))
    return groups


def in_public_words(retention: str) -> str:
    """`retention` with the number that a setting has, where the inventory names the setting: `30 days`."""
    return _SETTING.sub(_number, retention)


def _number(found: re.Match[str]) -> str:
    name = found[1]
    if not hasattr(settings, name):
        return found[0]
    unit = name.rpartition("_")[2].lower()
    return f"{getattr(settings, name)} {unit}"
