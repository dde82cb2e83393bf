"""What in a text looks like personal data: an email address, a UK phone number, or a value that was known beforehand.

Known values are kept as keyed digests, so that a scan after a closing needs none of what was destroyed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Looks(Enum):
    """Why a value is reported."""

    ADDRESS = "an email address"
    PHONE = "a UK phone number"
    KNOWN = "a value that was known"
    ROLE = "a role address, named beforehand"


# From the last character before the sign on, so that a long text without one costs nothing; `_LOCAL` then looks back.
_ADDRESS = re.compile(r"[a-z0-9_]\"?(?:@|%40|\\u0040)[a-z0-9](?:[a-z0-9-]*\.)+[a-z]{2,}", re.IGNORECASE)
_LOCAL = re.compile(r"[a-z0-9._%+'&/=?^`{|}~!#$*-]*$", re.IGNORECASE)
_LONGEST_LOCAL = 64
# Ten or eleven digits from 0, +44 or 0044, with single blanks, dots, hyphens or brackets between; not inside a longer word.
_GAP = r"[ \u00a0().\-/]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w.])(?<!\d[-/.:])(?:\+44|0044|44(?=7)|0){_GAP}(?:\(0\){_GAP})?[1-9](?:{_GAP}\d){{8,9}}(?!\w)"
)
_NUMBER = re.compile(rf"(?<!\w)\+?\d(?:{_GAP}\d){{8,14}}(?!\w)")
_WORD = re.compile(r"[^\W_]+")
_PRINTABLE = re.compile(rb"[\t\n\r -~]{6,}")
_PHONE_DIGITS = 10
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class KnownValues:
    """Digests of values, and of how many words each was; nothing here can be read back without the key and a guess."""

    digests: frozenset[bytes]
    lengths: tuple[int, ...]
    key: bytes

    @classmethod
    def from_values(cls, values: Iterable[str], key: bytes | str) -> KnownValues:
        """Digests of `values` under `key` (any length). A value is compared word by word: case and signs do not matter.

        Numbers of ten digits and more are compared by their last ten, however they are spelt. Values of one or two characters,
        and of more than eight words, are cut to what can be told apart.
        """
        short_key = hashlib.blake2b(key.encode() if isinstance(key, str) else key, digest_size=32).digest()
        digests, lengths = set(), set()
        for value in values:
            number = _as_number(value)
            words = () if number else tuple(_words(value))[:_LONGEST]
            if number:
                digests.add(_digest(number, short_key))
            elif len("".join(words)) > 2:
                digests.add(_digest(" ".join(words), short_key))
                lengths.add(len(words))
        return cls(frozenset(digests), tuple(sorted(lengths)), short_key)

    @classmethod
    def none(cls) -> KnownValues:
        return cls(frozenset(), (), b"")

    def stand_in(self, text: str) -> bool:
        """Whether one of the values stands in `text`."""
        if not self.digests:
            return False
        if any(_digest(_last_digits(one.group()), self.key) in self.digests for one in _NUMBER.finditer(text)):
            return True
        words = list(_words(text))
        return any(
            _digest(" ".join(words[start : start + length]), self.key) in self.digests
            for length in self.lengths
            for start in range(len(words) - length + 1)
        )


def looks(text: str, *, known: KnownValues, role_addresses: frozenset[str] = frozenset()) -> set[Looks]:
    """Everything for which `text` has to be reported. `role_addresses` are in lower case."""
    found: set[Looks] = set()
    if "@" in text or "%40" in text or "u0040" in text:
        for one in _ADDRESS.finditer(text):
            before = _LOCAL.search(text[max(0, one.start() - _LONGEST_LOCAL) : one.start()])
            whole = (before.group() if before else "") + one.group()
            found.add(Looks.ROLE if whole.casefold() in role_addresses else Looks.ADDRESS)
    if _PHONE.search(text):
        found.add(Looks.PHONE)
    if known.stand_in(text):
        found.add(Looks.KNOWN)
    return found


def text_of(value: object) -> str:
    """A value of any kind as the text to look at; of bytes that are no text, the readable pieces."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return "\n".join(piece.decode("ascii") for piece in _PRINTABLE.findall(raw))
    return str(value)


def _words(text: str) -> Iterator[str]:
    return (one.group() for one in _WORD.finditer(text.casefold()))


def _as_number(value: str) -> str:
    """The last ten digits of a value that is a phone number and nothing else; otherwise nothing."""
    digits = _last_digits(value)
    others = sum(character.isalpha() for character in value)
    return digits if len(digits) == _PHONE_DIGITS and not others else ""


def _last_digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())[-_PHONE_DIGITS:]


@lru_cache(maxsize=65_536)
def _digest(text: str, key: bytes) -> bytes:
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).digest()
