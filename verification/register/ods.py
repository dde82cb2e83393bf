"""Reads an OpenDocument spreadsheet row by row in flat memory, whatever its size.

The parser is expat itself. A tree that is built and cleared row by row (ElementTree.iterparse) reads the same rows in
about one and a half times the time, and lets a hostile file grow the tree before the first row ends
(docs/decisions/register-reading.md).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from verification.register.refusal import WrongFile

TABLE_NS = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE_NS = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT_NS = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"

Row = tuple[str, int, list[str]]

_CHUNK = 1 << 16
# CQC's 60,000 rows of 122 columns are about half a gigabyte of XML.
MAX_CONTENT_BYTES = 3 << 30
MAX_ROWS = 500_000
# A spreadsheet's cell holds 32 KB.
_MAX_CELL_CHARACTERS = 500_000
DAMAGED = "The file is damaged or was not downloaded to its end; download it again."


def read_rows(path: Path, *, columns: int, never_read: frozenset[int] = frozenset()) -> Iterator[Row]:
    """(sheet name, row number as a spreadsheet shows it, cells) of each row that has any content, sheet by sheet.

    Rows have at most `columns` cells, without the blank ones at the end. Below the header, cells at the positions in
    `never_read` are dropped where they stand. Raises WrongFile for a file that is damaged, protected or unreasonably large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo("content.xml")
            if entry.flag_bits & 1:
                raise WrongFile("The file is protected by a password; save it without one.")
            if entry.file_size > MAX_CONTENT_BYTES:
                raise WrongFile("The file unpacks to more than any register could be; it is not CQC's file.")
            with archive.open(entry) as content:
                yield from _parse(content, columns, never_read)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, expat.ExpatError, NotImplementedError) as error:
        raise WrongFile(DAMAGED) from error
    except Exception as error:
        # zlib.error is not exported by zipfile; it says the same thing.
        if type(error).__module__ == "zlib":
            raise WrongFile(DAMAGED) from error
        raise


def _parse(content: IO[bytes], columns: int, never_read: frozenset[int]) -> Iterator[Row]:
    builder = _RowBuilder(columns, never_read)
    done = 0
    while chunk := content.read(_CHUNK):
        done += len(chunk)
        if done > MAX_CONTENT_BYTES:
            raise WrongFile("The file unpacks to more than any register could be; it is not CQC's file.")
        builder.parser.Parse(chunk)
        builder.check_cell_size()
        yield from builder.take()
    builder.parser.Parse(b"", True)
    builder.end_row()
    yield from builder.take()


class _RowBuilder:
    """Turns expat's calls into rows. A cell ends where the next begins, so ends of elements need no call at all."""

    def __init__(self, columns: int, never_read: frozenset[int]) -> None:
        self._columns = columns
        self._never_read = never_read
        self._ready: list[Row] = []
        self._sheet = ""
        self._row: list[str] = []
        self._pieces: list[str] = []
        self._number = ""
        # How often the open cell and row stand in the sheet; 0 when none is open.
        self._cell_repeat = self._row_repeat = 0
        self._next_row = 1
        self._given = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.ordered_attributes = True
        self.parser.specified_attributes = True
        self.parser.StartElementHandler = self._start_document
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def take(self) -> list[Row]:
        """The rows finished since the last call."""
        rows, self._ready = self._ready, []
        return rows

    def check_cell_size(self) -> None:
        if len(self._pieces) > 1 and sum(map(len, self._pieces)) > _MAX_CELL_CHARACTERS:
            raise WrongFile("A cell of the file holds more text than a spreadsheet can; it is not CQC's file.")

    def end_row(self) -> None:
        """Finish the open row, if any, and put it with those to hand over unless it is blank."""
        self._end_cell()
        row, repeat, number = self._row, self._row_repeat, self._next_row
        self._row, self._row_repeat = [], 0
        self._next_row += repeat
        if number > 1:
            for position in self._never_read:
                if position < len(row):
                    row[position] = ""
        while row and not row[-1]:
            row.pop()
        if not row:
            return
        self._given += repeat
        if self._given > MAX_ROWS:
            raise WrongFile("The file has more rows than any register could have; it is not CQC's file.")
        self._ready += [(self._sheet, number + again, row) for again in range(repeat)]

    def _end_cell(self) -> None:
        repeat, self._cell_repeat = self._cell_repeat, 0
        value = ""
        if self._pieces:
            value = "".join(self._pieces).strip()
            self._pieces.clear()
        if self._number:
            # What is shown may be rounded or written with a thousands separator.
            value, self._number = self._number, ""
        if repeat > 1:
            self._row += [value] * min(repeat, self._columns - len(self._row))
        elif repeat and len(self._row) < self._columns:
            self._row.append(value)

    def _start_document(self, name: str, attributes: list[str]) -> None:
        """The root says which prefix stands for which vocabulary; build the real handler from that."""
        declared = dict(zip(attributes[1::2], attributes[::2], strict=True))
        if TABLE_NS not in declared or OFFICE_NS not in declared:
            raise WrongFile("The file is not a spreadsheet.")
        table, office, text = (
            declared.get(ns, "xmlns:-").removeprefix("xmlns:") for ns in (TABLE_NS, OFFICE_NS, TEXT_NS)
        )
        self.parser.StartElementHandler = self._handler(table, office, text)
        self.parser.CharacterDataHandler = self._pieces.append

    def _handler(self, table: str, office: str, text: str) -> Callable[[str, list[str]], None]:
        cell, covered, row = f"{table}:table-cell", f"{table}:covered-table-cell", f"{table}:table-row"
        columns_repeated, rows_repeated = f"{table}:number-columns-repeated", f"{table}:number-rows-repeated"
        paragraph, value = f"{text}:p", f"{office}:value"
        spacing = frozenset((f"{text}:s", f"{text}:tab", f"{text}:line-break"))
        sheet, annotation = f"{table}:table", f"{office}:annotation"
        pieces, end_cell = self._pieces, self._end_cell

        def start(name: str, attributes: list[str]) -> None:
            if name == paragraph:
                if pieces:
                    pieces.append(" ")
            elif name in (cell, covered):
                end_cell()
                self._cell_repeat = _count(attributes, columns_repeated) if columns_repeated in attributes else 1
                if value in attributes:
                    self._number = attributes[attributes.index(value) + 1]
            elif name == row:
                self.end_row()
                self._row_repeat = _count(attributes, rows_repeated) if rows_repeated in attributes else 1
            elif name in spacing:
                pieces.append(" ")
            elif name == sheet:
                self.end_row()
                self._next_row = 1
                self._sheet = dict(zip(attributes[::2], attributes[1::2], strict=True)).get(f"{table}:name", "")
            elif name == annotation:
                self._skip(annotation)

        return start

    def _skip(self, element: str) -> None:
        """Leave out all that stands inside `element`: a comment on a cell is not its value."""
        parser = self.parser
        start, data = parser.StartElementHandler, parser.CharacterDataHandler

        def end(name: str) -> None:
            if name == element:
                parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, data, None

        parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = None, None, end

    def _refuse_doctype(self, *_: object) -> None:
        raise WrongFile("The file is not a spreadsheet that an office program saved; it is not CQC's file.")


def _count(attributes: list[str], name: str) -> int:
    text = attributes[attributes.index(name) + 1]
    if not text.isdecimal():
        raise WrongFile(DAMAGED)
    return int(text)
