"""Says what kind of file somebody gave us, from its first bytes and not from its name."""

from __future__ import annotations

import zipfile
from enum import Enum
from pathlib import Path

from verification.register.refusal import WrongFile

HSCA_WANTED = (
    "The file wanted is CQC's monthly 'Care directory with filters', "
    "named like 02_November_2026_HSCA_Active_Locations.ods."
)
CONTACTS_WANTED = (
    "The file wanted is the contact extract, as .csv or .xlsx, with CQC IDs, ODS codes and email addresses."
)

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


class FileKind(Enum):
    """What a file is, as the sentence that tells it."""

    ODS = "This is an OpenDocument spreadsheet. If it is CQC's monthly file, load it with --hsca."
    XLSX = "This is an Excel workbook (.xlsx)."
    TEXT = "This is a text file."
    DIRECTORY = "This is CQC's weekly directory (CQC_directory.csv), which has neither ODS codes nor email addresses."
    EMPTY = "The file is empty."
    PDF = "This is a PDF document, whatever its name says."
    OLD_EXCEL = "This is an old Excel workbook (.xls)."
    WEB_PAGE = "This is a web page, probably an error page that was saved in place of the file."
    ZIP = "This is a zip archive; unpack it and give the file inside."
    DAMAGED = "The file is damaged or was not downloaded to its end; download it again."
    UNKNOWN = "This is no kind of file that the portal knows."


def kind_of(path: Path) -> FileKind:
    """What the file at `path` is; reads its first bytes, and the list of contents of a zip archive."""
    with path.open("rb") as file:
        head = file.read(8192)
    start = head.lstrip()[:9].lower()
    if not head:
        return FileKind.EMPTY
    if head.startswith(b"PK"):
        return _kind_of_zip(path)
    if start.startswith(b"%pdf"):
        return FileKind.PDF
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return FileKind.OLD_EXCEL
    if start.startswith((b"<!doctype", b"<html")):
        return FileKind.WEB_PAGE
    if b"CQC Locations data" in head[:200] or b"Date of latest check" in head:
        return FileKind.DIRECTORY
    # Excel's "Unicode text" is UTF-16, full of zero bytes, and says so in its first two.
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return FileKind.TEXT
    return FileKind.UNKNOWN if b"\x00" in head else FileKind.TEXT


def require_hsca(path: Path) -> None:
    """Raise WrongFile unless `path` is an OpenDocument spreadsheet; its sheets and columns are looked at later."""
    kind = kind_of(path)
    if kind is not FileKind.ODS:
        raise WrongFile(f"{kind.value} {HSCA_WANTED}")


def require_contacts(path: Path) -> FileKind:
    """TEXT or XLSX; raises WrongFile for anything else."""
    kind = kind_of(path)
    if kind not in (FileKind.TEXT, FileKind.XLSX):
        raise WrongFile(f"{kind.value} {CONTACTS_WANTED}")
    return kind


def _kind_of_zip(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return FileKind.XLSX
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    return FileKind.ODS if entry.read(100).strip() == _SPREADSHEET else FileKind.UNKNOWN
            return FileKind.ODS if {"content.xml", "META-INF/manifest.xml"} <= names else FileKind.ZIP
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError):
        return FileKind.DAMAGED
