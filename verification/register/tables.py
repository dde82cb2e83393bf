"""Reads a table that somebody made by hand or exported: CSV in the usual dialects, or the first sheet of an .xlsx."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

from verification.register.ods import DAMAGED, MAX_ROWS
from verification.register.recognise import FileKind
from verification.register.refusal import WrongFile

NumberedRow = tuple[int, list[str]]

# 60,000 rows of a contact extract are about 20 MB of XML, and openpyxl keeps the shared texts in memory.
_MAX_XLSX_BYTES = 500 << 20
_MAX_COLUMNS = 200
# A quote that is never closed would make the rest of the file one cell.
csv.field_size_limit(131_072)


def read_table(path: Path, kind: FileKind) -> Iterator[NumberedRow]:
    """(row number as a spreadsheet shows it, cells) of each row with any content; raises WrongFile when it cannot be read."""
    rows = _xlsx_rows(path) if kind is FileKind.XLSX else _csv_rows(path)
    given = 0
    for number, cells in rows:
        if any(cells):
            given += 1
            if given > MAX_ROWS:
                raise WrongFile("The file has more rows than any extract could have.")
            yield number, cells


def _csv_rows(path: Path) -> Iterator[NumberedRow]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file.read(8192))
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter)
        number = 0
        try:
            # A cell with a line break is one row of a spreadsheet, so rows are counted and not lines.
            for number, cells in enumerate(reader, 1):
                yield number, [cell.strip() for cell in cells[:_MAX_COLUMNS]]
        except csv.Error as error:
            raise WrongFile(
                f"The file cannot be read after row {number}: a quotation mark is probably not closed."
            ) from error


def _encoding(path: Path) -> str:
    """UTF-8 when every byte fits, otherwise what Excel writes on an English Windows."""
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(sample: str) -> str:
    """The separator that the header uses most. Addresses in one cell may be separated by another, but not names of columns."""
    header = next((line for line in sample.splitlines() if line.strip(",;\t ")), "")
    return max(",;\t", key=header.count)


def _xlsx_rows(path: Path) -> Iterator[NumberedRow]:
    # Brings numpy and lxml where they are installed, which no process should load at its start.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_XLSX_BYTES:
                raise WrongFile("The file unpacks to more than any extract could be.")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            # Sheets of charts have no rows.
            for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
                yield number, [_text(cell) for cell in cells[:_MAX_COLUMNS]]
        finally:
            book.close()
    # Of XML that is damaged either parser that openpyxl may use says some kind of SyntaxError.
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, SyntaxError) as error:
        raise WrongFile(DAMAGED) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
