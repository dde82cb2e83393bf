"""Reads CQC's `HSCA_Active_Locations.ods`: finds its data sheet, checks its header whole, and checks every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

from verification.register.checks import LOCATION_ID, IncomingListing, check_row, is_social_care
from verification.register.columns import HSCA_COLUMNS, NEVER_READ
from verification.register.ods import Row, read_rows
from verification.register.recognise import HSCA_WANTED, require_hsca
from verification.register.refusal import WrongFile
from verification.register.values import Problem, RowProblem

DATA_SHEET = "HSCA_Active_Locations"
_AS_AT = re.compile(r"database as at (\d{1,2} \w+ \d{4})", re.IGNORECASE)
_WIDTH = len(HSCA_COLUMNS)
PROGRESS_EVERY = 5_000


@dataclass(slots=True)
class HscaFile:
    """What came out of one file. Filled while `listings()` is being read; complete when it ends."""

    path: Path
    edition: date | None = None
    rows: int = 0
    out_of_scope: int = 0
    failed: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    # Location ids of rows that could not be taken. They are on CQC's register all the same.
    left_out: set[str] = field(default_factory=set)
    _taken: dict[str, int] = field(default_factory=dict)
    _sheet: str = ""

    def listings(self, progress: Callable[[int], None]) -> Iterator[IncomingListing]:
        """Each good row as a listing. Raises WrongFile before the first one when the file is not CQC's file."""
        require_hsca(self.path)
        sheets = read_rows(self.path, columns=_WIDTH + 8, never_read=NEVER_READ)
        for number, cells in self._data_rows(sheets):
            self.rows += 1
            if self.rows % PROGRESS_EVERY == 0:
                progress(self.rows)
            cells += [""] * (_WIDTH - len(cells))
            if not is_social_care(cells):
                self.out_of_scope += 1
                continue
            listing = self._checked(number, cells)
            if listing is not None:
                yield listing
        if not self.rows:
            raise WrongFile(f"The sheet {DATA_SHEET} has no rows under its header. {HSCA_WANTED}")

    def _checked(self, number: int, cells: list[str]) -> IncomingListing | None:
        outcome = check_row(cells)
        if isinstance(outcome, IncomingListing):
            first = self._taken.setdefault(outcome.location_id, number)
            if first == number:
                return outcome
            reason = f"Row {first} has the same location ID. Keep one of the two rows."
            outcome = [Problem("Location ID", outcome.location_id, reason)]
        self.failed += 1
        self.left_out.add(cells[LOCATION_ID])
        self.problems += [RowProblem(number, *problem) for problem in outcome]
        return None

    def _data_rows(self, rows: Iterator[Row]) -> Iterator[tuple[int, list[str]]]:
        header = self._find_header(rows)
        check_header(header)
        for sheet, number, cells in rows:
            if sheet != self._sheet:
                # What follows (dual registrations) is not ours, but reading to the end proves that the file is whole.
                continue
            yield number, cells

    def _find_header(self, rows: Iterator[Row]) -> list[str]:
        """The first row of the data sheet; on the way, the edition from the README sheet."""
        sheets: dict[str, list[str]] = {}
        for sheet, _, cells in rows:
            first = sheet not in sheets
            if first:
                sheets[sheet] = cells
            if sheet == DATA_SHEET and first:
                self._sheet = sheet
                return cells
            self.edition = self.edition or _edition(cells)
        raise WrongFile(f"{_what_it_is(sheets)} {HSCA_WANTED}")


def check_header(header: list[str]) -> None:
    """Raise WrongFile, naming the column, unless the header is exactly the 122 names that we know, in their order."""
    for expected, found in zip(HSCA_COLUMNS, chain(header, [""] * _WIDTH), strict=False):
        if found == expected:
            continue
        if expected in header:
            where = _letters(header.index(expected))
            raise WrongFile(
                f"The column '{expected}' has moved from {_letters(HSCA_COLUMNS.index(expected))} to {where}. {_LAYOUT}"
            )
        instead = f" In its place stands '{found[:80]}'." if found else ""
        raise WrongFile(f"The column '{expected}' is missing or was renamed.{instead} {_LAYOUT}")
    if len(header) > _WIDTH:
        raise WrongFile(f"There is a column that the portal does not know: '{header[_WIDTH][:80]}'. {_LAYOUT}")


_LAYOUT = "Nothing was loaded, because the layout of the file is not the one that the portal knows."


def _edition(cells: list[str]) -> date | None:
    for cell in cells:
        if match := _AS_AT.search(cell):
            try:
                return datetime.strptime(match[1], "%d %B %Y").replace(tzinfo=UTC).date()
            except ValueError:
                return None
    return None


def _what_it_is(sheets: dict[str, list[str]]) -> str:
    if {"Locations", "Providers"} <= set(sheets) or any("Latest Rating" in header for header in sheets.values()):
        return "This is CQC's file of ratings (Latest_ratings.ods)."
    if any("Deactivated" in name for name in sheets):
        return "This is CQC's file of deactivated locations."
    return f"This spreadsheet has no sheet named {DATA_SHEET}."


def _letters(position: int) -> str:
    """Name of a column as a spreadsheet shows it: 0 is A, 26 is AA."""
    position += 1
    name = ""
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name
