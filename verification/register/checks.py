"""Checks one row of the CQC file and puts it into the shape of a listing. Nothing here touches the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from verification.register import values
from verification.register.columns import POSITION, SERVICE_TYPES
from verification.register.geography import UNKNOWN_PLACE, local_authority_code, region_named
from verification.register.values import CODE_SHAPE, LOCATION_SHAPE, PROVIDER_SHAPE, Problem

LOCATION_ID = POSITION["Location ID"]
_DIRECTORATE = POSITION["Location Inspection Directorate"]
_SECTOR = POSITION["Location Type/Sector"]
# The flags of service types stand side by side.
_FIRST_SERVICE, _AFTER_SERVICES = SERVICE_TYPES[0][0], SERVICE_TYPES[-1][0] + 1


class IncomingListing(NamedTuple):
    """One listing as CQC's file has it, in the order of the columns of the temporary table."""

    location_id: str
    provider_id: str
    name: str
    provider_name: str
    site_ods_code: str
    phone: str
    address_line_1: str
    address_line_2: str
    town: str
    county: str
    postcode: str
    region: str
    local_authority: str
    local_authority_code: str
    care_home: bool
    beds: int | None
    service_types: list[str]
    dormant: bool


class _Checked(NamedTuple):
    """A column that is read: what turns its text into a value (None: it cannot be one), and what to say then."""

    position: int
    column: str
    value_of: Callable[[str], Any]
    what_to_do: str


def is_social_care(cells: list[str]) -> bool:
    """Adult social care by directorate (as CQC inspects it) or by sector (as Skills for Care counts it)."""
    return cells[_DIRECTORATE] == "Adult social care" or cells[_SECTOR] == "Social Care Org"


def check_row(cells: list[str]) -> IncomingListing | list[Problem]:
    """The listing of a row of 122 cells, or everything that is wrong with it."""
    flags = cells[_FIRST_SERVICE:_AFTER_SERVICES]
    got = [check.value_of(cells[check.position]) for check in _CHECKED]
    if None in got or not _FLAGS.issuperset(flags):
        return _problems(cells, got, flags)
    *before, council, care_home, beds, dormant = got
    services = [name for (_, name), flag in zip(SERVICE_TYPES, flags, strict=True) if flag]
    beds = None if beds == _NOT_STATED else beds
    return IncomingListing._make((*before, council, _council_code(council), care_home, beds, services, dormant))


def _problems(cells: list[str], got: list[Any], flags: list[str]) -> list[Problem]:
    wrong = [
        Problem(check.column, cells[check.position], check.what_to_do)
        for check, value in zip(_CHECKED, got, strict=True)
        if value is None
    ]
    return wrong + [
        Problem(f"Service type - {name}", flag, "Write Y or leave the cell empty.")
        for (_, name), flag in zip(SERVICE_TYPES, flags, strict=True)
        if flag not in _FLAGS
    ]


def _text(most: int, *, needed: bool = False) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        plain = " ".join(text.split())
        return None if len(plain) > most or (needed and not plain) else plain

    return check


def _matching(shape: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if shape.fullmatch(text) else None


def _yes_or_no(text: str) -> bool | None:
    return {"Y": True, "N": False}.get(text)


def _beds(text: str) -> int | None:
    return values.whole_number(text) if text else _NOT_STATED


def _phone(text: str) -> str | None:
    number = values.phone(text)
    return number if len(number) <= 30 else None


def _council(text: str) -> str | None:
    return "" if text.casefold() in UNKNOWN_PLACE else _text(80)(text)


_FLAGS = frozenset(("Y", ""))
_NOT_STATED = -1
_region = lru_cache(maxsize=256)(region_named)
_council_code = lru_cache(maxsize=1024)(local_authority_code)
_TOO_LONG = "Shorten it to at most {} characters."
# In the order of IncomingListing, without the two values that are worked out from others.
_CHECKED = tuple(
    _Checked(POSITION[column], column, value_of, what_to_do)
    for column, value_of, what_to_do in (
        ("Location ID", _matching(values.LOCATION_ID), LOCATION_SHAPE),
        ("Provider ID", _matching(values.PROVIDER_ID), PROVIDER_SHAPE),
        ("Location Name", _text(200, needed=True), "Give a name of at most 200 characters."),
        ("Provider Name", _text(200), _TOO_LONG.format(200)),
        ("Location ODS Code", values.ods_code, CODE_SHAPE),
        ("Location Telephone Number", _phone, _TOO_LONG.format(30)),
        ("Location Street Address", _text(200), _TOO_LONG.format(200)),
        ("Location Address Line 2", _text(200), _TOO_LONG.format(200)),
        ("Location City", _text(100), _TOO_LONG.format(100)),
        ("Location County", _text(100), _TOO_LONG.format(100)),
        ("Location Postal Code", values.postcode, "This is not a UK postcode. Correct it, or leave the cell empty."),
        (
            "Location Region",
            _region,
            "This is not one of the nine regions of England. Correct it, or leave the cell empty.",
        ),
        ("Location Local Authority", _council, _TOO_LONG.format(80)),
        ("Care home?", _yes_or_no, "Write Y or N."),
        ("Care homes beds", _beds, "Write a whole number of beds."),
        ("Dormant (Y/N)", _yes_or_no, "Write Y or N."),
    )
)
