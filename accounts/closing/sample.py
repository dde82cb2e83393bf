"""A sample of what the portal holds about people, as keyed digests, so that a scan afterwards can look for it by value."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from accounts.models import User
from badgeportal.inventory import declarations
from badgeportal.privacy.finding import manager_of
from badgeportal.privacy.recognising import KnownValues

# Of each column so many of the oldest and of the newest values.
_FROM_EACH_END = 500


def take_sample() -> dict[str, list[Any]]:
    """Digests of names, addresses and numbers of people, as a JSON value. Whose sign-in is kept is left out."""
    values: set[str] = set()
    for label, declaration in declarations().items():
        for name, one in declaration.personal.items():
            if one.telling:
                rows = manager_of(label).exclude(**{f"{name}": None})
                values |= {*_some(rows.order_by("pk"), name), *_some(rows.order_by("-pk"), name)}
    kept = User.objects.kept_when_closed(with_staff=True).values_list("email", "name", "phone")
    values -= {value for row in kept for value in row if value}
    known = KnownValues.from_values((value for value in values if _can_be_told(value)), settings.ERASED_ADDRESS_KEY)
    return {"digests": sorted(digest.hex() for digest in known.digests), "lengths": list(known.lengths)}


def known_values(sample: dict[str, list[Any]]) -> KnownValues:
    """What the scan looks for; nothing when no sample was taken or it is gone."""
    if not sample:
        return KnownValues.none()
    key = KnownValues.from_values((), settings.ERASED_ADDRESS_KEY).key
    return KnownValues(frozenset(map(bytes.fromhex, sample["digests"])), tuple(sample["lengths"]), key)


def _some(rows: Any, name: str) -> set[str]:
    return {value for value in rows.values_list(name, flat=True)[:_FROM_EACH_END] if value}


def _can_be_told(value: str) -> bool:
    """A single word such as a first name stands in too many texts about others."""
    return "@" in value or " " in value.strip() or sum(character.isdigit() for character in value) >= 10
