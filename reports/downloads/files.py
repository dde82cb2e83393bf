"""The files of a snapshot, by the last part of their address: what kind each is, how it is called when saved, what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from reports.downloads.csv_files import all_csv, csv_name, metadata_json, metadata_name, table_csv
from reports.downloads.opendocument import opendocument
from reports.downloads.publication import Publication, ShownTable
from reports.downloads.workbook import workbook


class Format(Enum):
    """What a file is; the value is told in the audit record."""

    WORKBOOK = "xlsx"
    OPEN_DOCUMENT = "ods"
    ALL_CSV = "zip"
    METADATA = "json"
    ONE_CSV = "csv"


CONTENT_TYPES = {
    Format.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.OPEN_DOCUMENT: "application/vnd.oasis.opendocument.spreadsheet",
    Format.ALL_CSV: "application/zip",
    Format.METADATA: "application/json",
    Format.ONE_CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file with all tables, as the page offers it."""

    address: str
    format: Format
    text: str
    hint: str


WHOLE = (
    WholeFile("workbook.xlsx", Format.WORKBOOK, "Workbook (XLSX)", "For Excel. With contents, definitions and rules."),
    WholeFile(
        "workbook.ods", Format.OPEN_DOCUMENT, "Workbook (ODS)", "The same as OpenDocument, for any office program."
    ),
    WholeFile(
        "tables.zip", Format.ALL_CSV, "All tables (CSV in a ZIP file)", "For other programs, with their description."
    ),
    WholeFile(
        "metadata.json", Format.METADATA, "Description of the CSV files (JSON)", "What each file and column holds."
    ),
)


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file of a publication. `table` is set for a CSV, which has one table; every other file has all of them."""

    publication: Publication
    format: Format
    table: ShownTable | None = None

    @property
    def name(self) -> str:
        """How it is called when saved: with the week and the version."""
        if self.table is not None:
            return csv_name(self.publication, self.table)
        if self.format is Format.METADATA:
            return metadata_name(self.publication)
        ending = "-csv.zip" if self.format is Format.ALL_CSV else f".{self.format.value}"
        return f"{self.publication.name}{ending}"

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    def content(self) -> bytes:
        """The bytes, made anew: the same each time. A workbook takes some tenths of a second, the first of a process one more."""
        if self.table is not None:
            return table_csv(self.table)
        return _MAKERS[self.format](self.publication)


_MAKERS: dict[Format, Callable[[Publication], bytes]] = {
    Format.WORKBOOK: workbook,
    Format.OPEN_DOCUMENT: lambda publication: opendocument(workbook(publication)),
    Format.ALL_CSV: all_csv,
    Format.METADATA: metadata_json,
}


def file_called(publication: Publication, address: str) -> SnapshotFile | None:
    """The file at the last part of an address, such as workbook.xlsx or week_by_region.csv; None when there is no such file."""
    for whole in WHOLE:
        if whole.address == address:
            return SnapshotFile(publication, whole.format)
    table = publication.table(address.removesuffix(".csv")) if address.endswith(".csv") else None
    return SnapshotFile(publication, Format.ONE_CSV, table) if table is not None else None
