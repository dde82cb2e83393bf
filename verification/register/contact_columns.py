"""Finds the columns of the contact extract under whatever names they have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from verification.register.recognise import CONTACTS_WANTED
from verification.register.refusal import WrongFile
from verification.register.tables import NumberedRow

# Titles and notes that people put above a table.
_ROWS_ABOVE_HEADER = 25

# Names of columns without spaces, punctuation and capitals, and without "CQC", "(for office use only)" and numbers at the end.
_ALIASES = {
    "location_id": ("locationid", "location", "locationreference", "siteid"),
    "provider_id": ("providerid", "provider", "providerreference"),
    "site_code": (
        "odscode", "locationodscode", "siteodscode", "ods", "organisationcode", "orgcode", "sitecode",
    ),
    "head_office_code": (
        "providerodscode", "headofficeodscode", "hqodscode", "parentodscode", "parentcode", "parentorganisationcode",
        "headofficecode", "hqcode", "providercode",
    ),
    "email": (
        "email", "emails", "emailaddress", "emailaddresses", "contactemail", "contactemailaddress", "locationemail",
        "locationemailaddress", "locationcontactemail", "registeredmanageremail", "manageremail", "siteemail", "mail",
    ),
    "provider_email": (
        "provideremail", "provideremailaddress", "providercontactemail", "headofficeemail", "headofficeemailaddress",
        "hqemail", "nominatedindividualemail", "organisationemail",
    ),
}  # fmt: skip
_FIELD_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}


class Columns(NamedTuple):
    """Position of each column of a kind, with its name in the file; a kind may have several, such as Email 1 and Email 2."""

    names: list[str]
    of: dict[str, list[int]]

    def cells(self, row: list[str], kind: str) -> Iterator[tuple[str, str]]:
        """(name of the column, what stands in it) for every column of the kind."""
        for position in self.of.get(kind, ()):
            yield self.names[position], row[position] if position < len(row) else ""


def find_columns(rows: Iterator[NumberedRow]) -> Columns:
    """The columns of the first row that names an ID; raises WrongFile when there is none, or no column of addresses."""
    for _, (_, cells) in zip(range(_ROWS_ABOVE_HEADER), rows, strict=False):
        of: dict[str, list[int]] = defaultdict(list)
        for position, name in enumerate(cells):
            if kind := _FIELD_OF.get(_key(name)):
                of[kind].append(position)
        if "location_id" in of or "provider_id" in of:
            break
    else:
        raise WrongFile(f"The file has no column with a CQC location ID or provider ID. {CONTACTS_WANTED}")
    for kind in ("location_id", "provider_id"):
        if len(of.get(kind, ())) > 1:
            names = " and ".join(f"'{cells[position][:60]}'" for position in of[kind])
            raise WrongFile(f"The columns {names} mean the same thing; leave one of them out.")
    if not {"email", "provider_email"} & of.keys():
        raise WrongFile(f"The file has no column of email addresses. {CONTACTS_WANTED}")
    return Columns(names=cells, of=dict(of))


def _key(name: str) -> str:
    plain = re.sub(r"\(.*?\)", "", name.casefold())
    plain = re.sub(r"[^a-z0-9]", "", plain.replace("\ufeff", "")).removeprefix("cqc")
    return re.sub(r"(number)?\d+$", "", plain)
