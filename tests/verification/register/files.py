"""Files for tests: made by the generator of the sample data, or by hand where something in them must be wrong."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sampledata.ods import Cell, OdsWriter
from sampledata.register import EDITION, SINGLE_SITE, SampleListing
from sampledata.register_files import data_rows, write_hsca
from verification.register.columns import HSCA_COLUMNS, POSITION


def places(count: int, *, start: int = 0, **fields: object) -> list[SampleListing]:
    """`count` plain homes, each with its own ids and address."""
    return [
        replace(
            SINGLE_SITE,
            location_id=f"1-7{number:05d}", provider_id=f"1-8{number:05d}", name=f"Home {number}", site_code=f"V{number:04d}",
            head_office_code=f"A{number:03d}", emails=(f"manager{number}@homes.example.org",), **fields,
        )
        for number in range(start, start + count)
    ]  # fmt: skip


def hsca_file(
    folder: Path, listings: Iterable[SampleListing], *, edition: date = EDITION, name: str = "hsca.ods"
) -> Path:
    """CQC's file of `listings`, written by the generator."""
    path = folder / name
    write_hsca(path, listings, edition=edition)
    return path


def hsca_with(folder: Path, listings: Iterable[SampleListing], changes: dict[tuple[int, str], Cell]) -> Path:
    """CQC's file with cells changed by hand: {(row number as a spreadsheet shows it, column): value}."""
    rows = [list(row) for row in data_rows(listings)]
    for (number, column), value in changes.items():
        rows[number - 1][POSITION[column]] = value
    return sheet_file(folder, rows)


def sheet_file(folder: Path, rows: Iterable[Sequence[Cell]], *, sheet: str = "HSCA_Active_Locations") -> Path:
    """An .ods with a README sheet and one other, whatever its rows."""
    path = folder / "made-by-hand.ods"
    with OdsWriter(path) as book:
        book.add_sheet("README", [["Source: CQC database as at 02 November 2026"]])
        book.add_sheet(sheet, rows)
    return path


def content_file(folder: Path, content: str | bytes, *, name: str = "raw.ods") -> Path:
    """An .ods around a `content.xml` written by hand."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
    return path


def header(*, renamed: dict[str, str] | None = None) -> list[str]:
    return [(renamed or {}).get(name, name) for name in HSCA_COLUMNS]


def csv_file(
    folder: Path,
    rows: Sequence[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    name: str = "contacts.csv",
) -> Path:
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path
