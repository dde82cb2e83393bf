"""Setting a name and address out on the courier's label: wrapped at spaces, never cut, and never shortened by us.

The layout comes from `settings.DX_LAYOUT`: the slots `name`, `address1`, `address2`… are filled in order with the name and
the two address lines as typed; town, county and postcode each have a slot of their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

Layout = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit on the label: the answer it belongs to, and a sentence that says what to do."""

    answer: str
    sentence: str


class AddressDoesNotFit(Exception):
    """The name and address cannot be set out on the courier's label. `misfits` says why; the message names nobody."""

    def __init__(self, misfits: Sequence[Misfit]) -> None:
        super().__init__(f"The address does not fit the courier's label: {', '.join(m.answer for m in misfits)}")
        self.misfits = tuple(misfits)


def fit_lines(*, name: str, line_1: str, line_2: str, town: str, county: str, postcode: str,
              layout: Layout | None = None) -> dict[str, str]:  # fmt: skip
    """The text of each slot of `layout` (default: the one in the settings), by its `field`; raises AddressDoesNotFit.

    Lengths are counted in characters once composed, as DX counts them: `ŵ` is one.
    """
    slots = _limits(settings.DX_LAYOUT if layout is None else layout)
    typed = {key: unicodedata.normalize("NFC", text) for key, text in
             {"name": name, "line_1": line_1, "line_2": line_2, "town": town, "county": county}.items()}  # fmt: skip
    misfits = [
        Misfit(key, f"{key.capitalize()} must be {slots[key]} characters or fewer, to fit the courier’s label")
        for key in ("town", "county")
        if key in slots and len(typed[key]) > slots[key]
    ]
    flowing = [field for field in slots if field == "name" or field.startswith("address")]
    filled = _fill([slots[field] for field in flowing], typed["name"], typed["line_1"], typed["line_2"])
    if filled is None:
        misfits.append(_why_not(typed, [slots[field] for field in flowing]))
    if misfits or filled is None:
        raise AddressDoesNotFit(misfits)
    fitted = dict(zip(flowing, filled, strict=True))
    own = {"town": typed["town"], "county": typed["county"], "postcode": postcode}
    return fitted | {field: text for field, text in own.items() if field in slots}


def fits(**typed: Any) -> bool:
    """Whether `fit_lines` finds a place for everything."""
    try:
        fit_lines(**typed)
    except AddressDoesNotFit:
        return False
    return True


def label_room(layout: Layout | None = None) -> tuple[int, int]:
    """(how many lines the label has for name and address, how many characters the narrowest of them takes)."""
    slots = _limits(settings.DX_LAYOUT if layout is None else layout)
    widths = [limit for field, limit in slots.items() if field == "name" or field.startswith("address")]
    return len(widths), min(widths)


def _limits(layout: Layout) -> dict[str, int]:
    return {str(slot["field"]): int(slot["limit"]) for slot in layout if slot["field"] != "reference"}


def _fill(widths: Sequence[int], name: str, line_1: str, line_2: str) -> list[str] | None:
    # Each answer starts on a line of its own, as typed. Only when that needs too many lines do the two address lines run on.
    for pieces in ([name, line_1, line_2], [name, f"{line_1}, {line_2}" if line_2 else line_1]):
        filled = _wrap([piece for piece in pieces if piece], widths)
        if filled is not None:
            return filled + [""] * (len(widths) - len(filled))
    return None


def _wrap(pieces: Sequence[str], widths: Sequence[int]) -> list[str] | None:
    lines: list[str] = []
    for piece in pieces:
        line = ""
        for word in piece.split():
            longer = f"{line} {word}" if line else word
            if len(lines) < len(widths) and len(longer) <= widths[len(lines)]:
                line = longer
                continue
            if not line:
                return None
            lines.append(line)
            line = word
            if len(lines) == len(widths) or len(line) > widths[len(lines)]:
                return None
        lines.append(line)
    return lines


_LABELS = {"name": "Name", "line_1": "Address line 1", "line_2": "Address line 2"}


def _why_not(typed: Mapping[str, str], widths: Sequence[int]) -> Misfit:
    width = min(widths)
    for answer, label in _LABELS.items():
        if any(len(word) > width for word in typed[answer].split()):
            return Misfit(
                answer,
                f"{label} has a word of more than {width} characters, the width of the courier’s label. Put a space in it",
            )
    longest = max(_LABELS, key=lambda answer: len(typed[answer]))
    return Misfit(
        longest,
        f"{_LABELS[longest]} is too long: the courier’s label has {len(widths)} lines of about {width} characters for"
        " the name and address together. Make it shorter",
    )
