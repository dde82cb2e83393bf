"""The versions of a week: the one that is asked for, those withdrawn before it, and the one that stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.models import Snapshot


@dataclass(frozen=True, slots=True)
class Versions:
    asked: Snapshot
    withdrawn_before: tuple[Snapshot, ...]
    published: Snapshot | None


def versions_of(week: date, version: int) -> Versions | None:
    """What there is of the week that begins on `week`; None when it never had that version. One statement."""
    found = {one.version: one for one in Snapshot.objects.of_week(week)}
    asked = found.get(version)
    if asked is None:
        return None
    withdrawn = tuple(one for one in found.values() if one.withdrawn_at is not None and one.version < version)
    return Versions(asked, withdrawn, next((one for one in found.values() if one.withdrawn_at is None), None))
