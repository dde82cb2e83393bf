"""Reading an ONS Postcode Directory, as the zip that ONS publishes or as the csv inside it, a row at a time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, NamedTuple

from reports.places.columns import columns_of, name_columns
from reports.places.refusal import DirectoryRefused

ENGLAND = "E92000001"
_DIRECTORY = re.compile(r"(?:^|/)ONSPD_([A-Z]{3})_(20\d\d)(?:_UK)?\.csv$", re.IGNORECASE)
_EDITION = re.compile(r"ONSPD_([A-Z]{3})_(20\d\d)", re.IGNORECASE)
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_COUNCIL = re.compile(r"E(?:06|08|09|10)\d{6}")
_REGION = re.compile(r"E1200000[1-9]")
# Longer than the name of any area; a file of names is a few kilobytes.
_LONGEST_NAME, _MOST_BYTES = 80, 5_000_000
# Councils whose area kept its borders and got a new code.
_RECODED = {
    "E06000028": "E06000058",
    "E06000029": "E06000058",
    "E06000048": "E06000057",
    "E08000016": "E08000038",
    "E08000019": "E08000039",
    "E08000020": "E08000037",
    "E10000002": "E06000060",
    "E10000009": "E06000059",
    "E10000023": "E06000065",
    "E10000027": "E06000066",
}


class Place(NamedTuple):
    """A postcode of England without its space, and the ONS codes of its region and council."""

    postcode: str
    region: str
    authority: str


class Directory:
    """The file `path`. `edition` is the month that its name says, or `edition` as given."""

    def __init__(self, path: Path, *, edition: date | None = None) -> None:
        # Raises the OSError that says why it cannot be read.
        path.stat()
        self.path = path
        self.is_zip = zipfile.is_zipfile(path)
        self._member = self._find_member() if self.is_zip else ""
        self.edition = edition or _edition(Path(self._member or path.name).name, path.name)
        self.rows = 0

    def places(self) -> Iterator[Place | None]:
        """Every row: a place in England, or None for one that is elsewhere or has no place. Raises DirectoryRefused."""
        with self._readable() as opened:
            reader = csv.reader(opened)
            columns = columns_of(next(reader, []))
            for cells in reader:
                self.rows += 1
                if len(cells) != columns.width:
                    raise self._fault(f"has {len(cells)} cells and not {columns.width}")
                if cells[columns.country] != ENGLAND:
                    yield None
                    continue
                county, district = cells[columns.county], cells[columns.district]
                authority = county if county.startswith("E10") else district
                yield self._place(cells[columns.postcode], cells[columns.region], _RECODED.get(authority, authority))

    def names(self) -> dict[str, str]:
        """Names of councils and regions by code, from the files of names in the zip; empty for a plain csv."""
        found: dict[str, str] = {}
        if self.is_zip:
            with zipfile.ZipFile(self.path) as archive:
                for member in archive.namelist():
                    if (
                        member.lower().endswith(".csv")
                        and member != self._member
                        and "/data/" not in f"/{member.lower()}"
                    ):
                        with archive.open(member) as opened:
                            found |= read_names(opened)
        return found

    def _place(self, postcode: str, region: str, authority: str) -> Place | None:
        key = postcode.replace(" ", "").upper()
        if not _POSTCODE.fullmatch(key):
            raise self._fault("has no postcode in the column of postcodes")
        if not region and not authority:
            return None
        if not _REGION.fullmatch(region) or not _COUNCIL.fullmatch(authority):
            raise self._fault("is in England, and its region or council is no code that we know")
        return Place(key, region, authority)

    def _fault(self, what: str) -> DirectoryRefused:
        return DirectoryRefused(
            f"Row {self.rows + 1} {what}. The file may be damaged: download it again. Nothing was changed."
        )

    def _find_member(self) -> str:
        with zipfile.ZipFile(self.path) as archive:
            found = [name for name in archive.namelist() if _DIRECTORY.search(name) and "multi_csv" not in name]
        if len(found) != 1:
            raise DirectoryRefused(
                "The zip file has no ONSPD_MONTH_YEAR_UK.csv. Load the directory's zip file as ONS publishes it."
                if not found
                else f"The zip file has {len(found)} directories. Load one edition at a time."
            )
        return found[0]

    @contextmanager
    def _readable(self) -> Iterator[io.TextIOBase]:
        try:
            if self.is_zip:
                with zipfile.ZipFile(self.path) as archive, archive.open(self._member) as inner:
                    yield io.TextIOWrapper(inner, encoding="utf-8-sig", newline="")
            else:
                with self.path.open(encoding="utf-8-sig", newline="") as opened:
                    yield opened
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise self._fault("cannot be read") from error


def read_names(opened: IO[bytes]) -> dict[str, str]:
    """Names by code in one file of names, for councils with adult social services and regions; empty for any other file."""
    text = opened.read(_MOST_BYTES).decode("utf-8-sig", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        places = name_columns(next(reader, []))
        if places is None:
            return {}
        code, name = places
        rows = [cells for cells in reader if len(cells) > max(places)]
    except csv.Error:
        return {}
    wanted = ((cells[code].strip(), " ".join(cells[name].split())[:_LONGEST_NAME]) for cells in rows)
    return {code: name for code, name in wanted if name and (_COUNCIL.fullmatch(code) or _REGION.fullmatch(code))}


def _edition(*names: str) -> date:
    for name in names:
        found = _EDITION.search(name)
        if found:
            try:
                return datetime.strptime(f"1 {found[1].title()} {found[2]}", "%d %b %Y").date()  # noqa: DTZ007 a day only
            except ValueError:
                continue
    raise DirectoryRefused(
        "The name of the file does not say which edition it is, as ONSPD_AUG_2026_UK.csv does. Add --edition 2026-08."
    )
