"""Checks one row of the contact extract against the register. Nothing here touches the database."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orders.normalise import email_key
from verification.register import values
from verification.register.contact_columns import Columns
from verification.register.values import CODE_SHAPE, LOCATION_SHAPE, NOTHING, PROVIDER_SHAPE, Problem

_SEPARATORS = re.compile(r"[;,|\s]+")
_NAME_AND_ADDRESS = re.compile(r"[^;,<>\n]*<\s*([^<>]*?)\s*>")
NO_SUCH_LOCATION = "The register has no such location. Load CQC's newest file first, or correct the ID."
LOCATION_CLOSED = "CQC no longer lists this location, so its addresses are not needed."
OTHER_PROVIDER = "The register says that this location belongs to another provider. Check the whole row."
NO_SUCH_PROVIDER = "The register has no such provider. Load CQC's newest file first, or correct the ID."
NOT_AN_ADDRESS = "This is not an email address. Correct it, or take it out of the cell."
NOBODY_NAMED = "The row names neither a location nor a provider. Give one of the IDs."
TWO_CODES = "The row has two different site codes. Keep one."
CQC_SAYS = "CQC's own file says {} for this location. Check the whole row."


class KnownListing(NamedTuple):
    """What the register says of a location that the extract may name."""

    provider_id: str
    site_ods_code: str
    code_from_extract: bool
    active: bool

    def contradicts(self, code: str) -> bool:
        """Whether CQC's own file gives the place another site code than `code`."""
        return not self.code_from_extract and self.site_ods_code not in ("", code)


class Contact(NamedTuple):
    """One good row. Without a location it speaks of the provider alone."""

    location_id: str
    provider_id: str
    site_code: str
    head_office_codes: tuple[str, ...]
    emails: tuple[str, ...]
    provider_emails: tuple[str, ...]
    # Whether the row says what the provider's own addresses are, be it none.
    speaks_of_provider: bool


def check_contact(
    row: list[str], *, columns: Columns, known: dict[str, KnownListing], providers: frozenset[str]
) -> Contact | list[Problem]:
    """The row as a contact, or everything that is wrong with it: a row is taken whole or not at all.

    `known` are the listings of the register by location id, `providers` the provider ids of the active ones.
    """
    problems: list[Problem] = []
    location_id, listing = _location(row, columns, known, problems)
    provider_id = _provider(row, columns, listing, providers, problems)
    emails = _emails(row, columns, "email", problems)
    provider_emails = _emails(row, columns, "provider_email", problems)
    site_code, head_office_codes = _codes(row, columns, listing, problems)
    if not location_id and not provider_id and not problems:
        problems.append(Problem("", "", NOBODY_NAMED))
    if problems:
        return problems
    if location_id:
        speaks = "provider_email" in columns.of
        return Contact(location_id, provider_id, site_code, head_office_codes, emails, provider_emails, speaks)
    # Whatever code a provider's own row carries is the head office's.
    codes = tuple(dict.fromkeys((*head_office_codes, *filter(None, [site_code]))))
    return Contact("", provider_id, "", codes, (), tuple(dict.fromkeys((*emails, *provider_emails))), True)


def split_addresses(cell: str) -> list[str]:
    """The addresses of one cell, trimmed and case-folded: separated by ; , | spaces or lines, as links or with names."""
    if cell.casefold() in NOTHING:
        return []
    text = re.sub(r"mailto:", "", cell, flags=re.IGNORECASE)
    if "<" in text:
        text = _NAME_AND_ADDRESS.sub(r"\1;", re.sub(r'"[^"]*"', " ", text))
    pieces = (piece.partition("?")[0].strip("'\"<>()") for piece in _SEPARATORS.split(text))
    return [email_key(piece) for piece in pieces if piece and piece.casefold() not in NOTHING]


def _location(
    row: list[str], columns: Columns, known: dict[str, KnownListing], problems: list[Problem]
) -> tuple[str, KnownListing | None]:
    for name, cell in columns.cells(row, "location_id"):
        if cell.casefold() in NOTHING:
            continue
        listing = known.get(cell)
        if not values.LOCATION_ID.fullmatch(cell):
            problems.append(Problem(name, cell, LOCATION_SHAPE))
        elif listing is None:
            problems.append(Problem(name, cell, NO_SUCH_LOCATION))
        elif not listing.active:
            problems.append(Problem(name, cell, LOCATION_CLOSED))
        else:
            return cell, listing
        return cell, None
    return "", None


def _provider(
    row: list[str],
    columns: Columns,
    listing: KnownListing | None,
    providers: frozenset[str],
    problems: list[Problem],
) -> str:
    for name, cell in columns.cells(row, "provider_id"):
        if cell.casefold() in NOTHING:
            continue
        if not values.PROVIDER_ID.fullmatch(cell):
            problems.append(Problem(name, cell, PROVIDER_SHAPE))
        elif listing is not None and listing.provider_id != cell:
            # The commonest accident with a spreadsheet is one column sorted without the others.
            problems.append(Problem(name, cell, OTHER_PROVIDER))
        elif listing is None and cell not in providers:
            problems.append(Problem(name, cell, NO_SUCH_PROVIDER))
        return cell
    return listing.provider_id if listing is not None else ""


def _emails(row: list[str], columns: Columns, kind: str, problems: list[Problem]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name, cell in columns.cells(row, kind):
        for address in split_addresses(cell):
            try:
                if len(address) > 254:
                    raise ValidationError("too long")
                validate_email(address)
            except ValidationError:
                # Whatever stands here was meant as an address, so no letter of it is kept.
                shape = re.sub(r"\w", "x", address)
                problems.append(Problem(name, shape, NOT_AN_ADDRESS))
            else:
                found[address] = None
    return tuple(found)


def _codes(
    row: list[str], columns: Columns, listing: KnownListing | None, problems: list[Problem]
) -> tuple[str, tuple[str, ...]]:
    """(site code, head-office codes): what the row's codes are, wherever they stand."""
    sites: dict[str, None] = {}
    offices: dict[str, None] = {}
    for kind in ("site_code", "head_office_code"):
        for name, cell in columns.cells(row, kind):
            code = values.ods_code(cell)
            if code is None:
                problems.append(Problem(name, cell, CODE_SHAPE))
            elif code:
                is_office = kind == "head_office_code" or values.HEAD_OFFICE_CODE.fullmatch(code)
                (offices if is_office else sites)[code] = None
                if not is_office and listing and listing.contradicts(code):
                    problems.append(Problem(name, cell, CQC_SAYS.format(listing.site_ods_code)))
    if len(sites) > 1:
        problems.append(Problem("", ", ".join(sites), TWO_CODES))
    return next(iter(sites), ""), tuple(offices)
