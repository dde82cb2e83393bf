"""Order references such as CARE-7K3M-9Q2P: short enough to read out on the phone, with a check character.

The alphabet leaves out characters that are taken for one another (0 O, 1 I L, 5 S, U V). It has 29, a prime, so that the
weighted sum notices every single wrong character and every two neighbours swapped.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
BODY_LENGTH = 7
PREFIX = "CARE"


def new_reference() -> str:
    """A fresh random reference; 17 thousand million of them, so a clash is left to the unique constraint."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))
    return _dressed(body + check_character(body))


def check_character(body: str) -> str:
    """The eighth character for the seven of `body`."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def parse_reference(text: str) -> str | None:
    """`text` as a well-formed reference, however it was spaced or capitalised; None when it cannot be one."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    # Only a whole reference has the prefix: `CARE` may also be the first four of the eight characters.
    if len(plain) == len(PREFIX) + BODY_LENGTH + 1:
        plain = plain.removeprefix(PREFIX)
    if len(plain) != BODY_LENGTH + 1 or any(character not in ALPHABET for character in plain):
        return None
    if check_character(plain[:-1]) != plain[-1]:
        return None
    return _dressed(plain)


def _dressed(plain: str) -> str:
    return f"{PREFIX}-{plain[:4]}-{plain[4:]}"
