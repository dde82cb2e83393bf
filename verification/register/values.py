"""Checks of single values, shared by the CQC file and the contact extract. Each takes text and says what it means."""

from __future__ import annotations

import re
from typing import NamedTuple

LOCATION_ID = re.compile(r"1-\d{1,12}")
# NHS trusts that run social care have their ODS code here instead of a number.
PROVIDER_ID = re.compile(r"1-\d{1,12}|[A-Z0-9]{3,10}")
ODS_CODE = re.compile(r"[A-Z0-9]{3,10}")
# Head offices of care providers have four characters that begin with A or C (facts, section 2).
HEAD_OFFICE_CODE = re.compile(r"[AC][A-Z0-9]{3}")
_POSTCODE = re.compile(
    r"(?:[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9](?:[0-9ABEHMNPRVWXY])?|[0-9][A-HJKSTUW]))[0-9][ABD-HJLNP-UW-Z]{2}"
)
_NOT_POSTCODE = re.compile(r"[^A-Z0-9]")
_SPACES = re.compile(r"\s+")
# How CQC and people write "nothing".
NOTHING = frozenset({"", "-", "n/a", "na", "none", "null", "not known", "unknown"})

LOCATION_SHAPE = "A location ID is 1- and up to 12 digits."
PROVIDER_SHAPE = "A provider ID is 1- and up to 12 digits, or the code of an NHS trust."
CODE_SHAPE = "An ODS code has 3 to 10 letters and digits. Leave the cell empty if there is none."


class Problem(NamedTuple):
    """What is wrong with one cell: its column, what stands there, and what to do about it."""

    column: str
    value: str
    reason: str


class RowProblem(NamedTuple):
    """A problem and the row that it left out."""

    row_number: int
    column: str
    value: str
    reason: str


def one_line(text: str) -> str:
    """Without line breaks, doubled spaces and spaces at the ends."""
    return " ".join(text.split())


def ods_code(text: str) -> str | None:
    """Upper case without spaces; '' for none; None when it cannot be a code."""
    code = _SPACES.sub("", text).upper()
    if code.casefold() in NOTHING:
        return ""
    return code if ODS_CODE.fullmatch(code) else None


def postcode(text: str) -> str | None:
    """In the usual spelling with one space; '' for none; None when it cannot be a postcode."""
    plain = _NOT_POSTCODE.sub("", text.upper())
    if not plain:
        return ""
    # ZZ99 is the health service's way of writing that there is none.
    if not _POSTCODE.fullmatch(plain) or plain.startswith("ZZ"):
        return None
    return f"{plain[:-3]} {plain[-3:]}"


def whole_number(text: str) -> int | None:
    """The number of `text`, which office programs may write as `34.0`; None when it is no whole number."""
    match = re.fullmatch(r"(\d{1,6})(?:\.0+)?", text)
    return int(match[1]) if match else None


def phone(text: str) -> str:
    """As written, with the leading 0 that a spreadsheet took for a number's."""
    plain = one_line(text)
    if plain.casefold() in NOTHING:
        return ""
    return f"0{plain}" if plain.isdecimal() and len(plain) in (9, 10) and plain[0] != "0" else plain


def kept_value(text: str) -> str:
    """`text` as a failed row may keep it. Of an address only the shape is kept: every letter and digit becomes an x."""
    if "@" in text:
        text = re.sub(r"\w", "x", text)
    return one_line(text.replace("\x00", " "))[:200]
