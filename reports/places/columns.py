"""The columns of the ONS Postcode Directory that are read, under all the names that ONS has given them.

Until 2024 they had lasting names (`oslaua`); since then each edition names them by the year of the codes (`lad25cd`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from reports.places.refusal import DirectoryRefused

_NAMES = {
    "postcode": re.compile(r"pcds|pcd|pcd7|pcd8"),
    "county": re.compile(r"oscty|cty|cty\d\dcd"),
    "district": re.compile(r"oslaua|laua|lad\d\dcd"),
    "country": re.compile(r"ctry|ctry\d\dcd"),
    "region": re.compile(r"rgn|rgn\d\dcd"),
}
# A file of names: one column with the code, one with the name, both of one kind and year.
_CODE_OF_NAME = re.compile(r"(lad|cty|utla|ctyua|rgn)\d\dcd")


class Columns(NamedTuple):
    """Where each column stands, counted from 0, and how many there are."""

    postcode: int
    county: int
    district: int
    country: int
    region: int
    width: int


def columns_of(header: Sequence[str]) -> Columns:
    """Where the columns stand in a directory with this header. Raises DirectoryRefused naming what is missing."""
    names = [cell.strip().lower() for cell in header]
    found = {
        what: next((n for n, name in enumerate(names) if known.fullmatch(name)), -1) for what, known in _NAMES.items()
    }
    missing = [what for what, place in found.items() if place < 0]
    if missing:
        raise DirectoryRefused(
            f"This is not an ONS Postcode Directory: it has no column for the {', '.join(missing)}. "
            "Download the directory from the ONS Open Geography Portal and load its zip file as it is."
        )
    return Columns(**found, width=len(names))


def name_columns(header: Sequence[str]) -> tuple[int, int] | None:
    """(code, name): where they stand in a file of names of councils or regions; None when it is no such file."""
    names = [cell.strip().lower() for cell in header]
    for place, name in enumerate(names):
        title = f"{name[:-2]}nm"
        if _CODE_OF_NAME.fullmatch(name) and title in names:
            return place, names.index(title)
    return None
