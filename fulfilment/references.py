"""What DX knows a parcel by: random, so that it says nothing about the order, the person or how many there are."""

from __future__ import annotations

import re
import secrets

from fulfilment.models import Consignment
from orders.reference import ALPHABET, check_character

# Letters first, so that no spreadsheet takes a reference for a number (2345E678) or a date.
PREFIX = "CB"
_BODY_LENGTH = 10


def new_references(count: int) -> list[str]:
    """`count` fresh references, none of them used before. 420 million million exist; the unique constraint has the last word."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {_new_reference() for _ in range(count - len(found))}
        found |= drawn - set(Consignment.objects.filter(reference__in=drawn).values_list("reference", flat=True))
    return list(found)


def parse_reference(text: str) -> str | None:
    """`text` as a well-formed reference, however it was spaced or capitalised; None when it cannot be one of ours."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    body = plain.removeprefix(PREFIX)
    if not plain.startswith(PREFIX) or len(body) != _BODY_LENGTH + 1 or not set(body) <= set(ALPHABET):
        return None
    return plain if check_character(body[:-1]) == body[-1] else None


def _new_reference() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(_BODY_LENGTH))
    return f"{PREFIX}{body}{check_character(body)}"
