"""Writes an OpenDocument spreadsheet row by row, in flat memory, the way CQC's own files look inside."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | date | None

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' office:version="1.3"><office:scripts/><office:body><office:spreadsheet>'
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest manifest:version="1.3"'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
# LibreOffice and Excel describe the rest of the sheet as one enormous repeated empty row.
_SHEET_ROWS, _SHEET_COLUMNS = 1_048_576, 1_024


class OdsWriter:
    """`with OdsWriter(path) as book: book.add_sheet(name, rows)`; the same rows make the same bytes."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._content: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._zip.writestr(_entry("mimetype", zipfile.ZIP_STORED), _MIMETYPE)
        self._zip.writestr(_entry("META-INF/manifest.xml"), _MANIFEST)
        self._content = self._zip.open(_entry("content.xml"), "w", force_zip64=True)
        self._write(_HEAD)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._content is not None:
            self._write(_TAIL)
            self._content.close()
        self._zip.close()

    def add_sheet(self, name: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Write one sheet; blank cells and the empty rest of the sheet become repeats, as office programs write them."""
        self._write(f"<table:table table:name={quoteattr(name)}>")
        written = 0
        for row in rows:
            self._write(_row(row))
            written += 1
        rest = _SHEET_ROWS - written
        self._write(
            f'<table:table-row table:number-rows-repeated="{rest}">'
            f'<table:table-cell table:number-columns-repeated="{_SHEET_COLUMNS}"/></table:table-row></table:table>'
        )

    def _write(self, text: str) -> None:
        assert self._content is not None
        self._content.write(text.encode())


def _entry(name: str, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
    entry.compress_type = method
    return entry


def _row(cells: Sequence[Cell]) -> str:
    parts = ["<table:table-row>"]
    blanks = 0
    for cell in cells:
        if cell is None or cell == "":
            blanks += 1
            continue
        if blanks:
            parts.append(_blank(blanks))
            blanks = 0
        parts.append(_cell(cell))
    if blanks or not cells:
        parts.append(_blank(blanks or 1))
    parts.append("</table:table-row>")
    return "".join(parts)


def _blank(count: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{count}"/>' if count > 1 else "<table:table-cell/>"


def _cell(value: str | int | float | date) -> str:
    if isinstance(value, date):
        kind, shown = f'"date" office:date-value="{value.isoformat()}" calcext:value-type="date"', f"{value:%d/%m/%Y}"
    elif isinstance(value, str):
        kind, shown = '"string" calcext:value-type="string"', escape(value)
    else:
        kind, shown = f'"float" office:value="{value}" calcext:value-type="float"', str(value)
    return f"<table:table-cell office:value-type={kind}><text:p>{shown}</text:p></table:table-cell>"
