"""A wrong file is refused whole, with a sentence that says what it is and what is wanted."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.verification.register.files import content_file, csv_file, header, hsca_file, places, sheet_file
from verification.models import Listing, RegisterImport
from verification.register.columns import HSCA_COLUMNS
from verification.register.recognise import CONTACTS_WANTED, HSCA_WANTED
from verification.register.refusal import WrongFile

pytestmark = pytest.mark.django_db

DIRECTORY = (
    "CQC Locations data,,,\r\n,,,\r\nThis data was produced on 16 September 2026,,,\r\n,,,\r\n"
    "Name,Also known as,Address,Postcode,Phone number,Service's website (if available),Service types,Date of latest check\r\n"
)


def written(data: bytes, name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def workbook(rows: list[list[str]], name: str = "book.xlsx") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / name)
        return folder / name

    return make


def ratings(folder: Path) -> Path:
    rows = [
        ["Location ID", "Location ODS Code", "Location Name", "Domain", "Latest Rating"],
        ["1-1", "V1234", "A", "B", "Good"],
    ]
    return sheet_file(folder, rows, sheet="Locations")


def other_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "directory.zip", "w") as archive:
        archive.writestr("CQC_directory.csv", DIRECTORY)
    return folder / "directory.zip"


def half_a_zip(folder: Path) -> Path:
    path = hsca_file(folder, places(5))
    path.write_bytes(path.read_bytes()[:-100])
    return path


def with_header(*names: str, rows: int = 1) -> Callable[[Path], Path]:
    return lambda folder: sheet_file(folder, [list(names), *[["1-1"] * len(names)] * rows])


def moved() -> list[str]:
    names = header()
    names.insert(20, names.pop(5))
    return names


WRONG = {
    "weekly directory": (written(DIRECTORY.encode(), "directory.ods"), "weekly directory"),
    "ratings": (ratings, "file of ratings"),
    "PDF renamed": (written(b"%PDF-1.7\n%...", "02_November_2026_HSCA_Active_Locations.ods"), "PDF document"),
    "empty": (written(b"", "empty.ods"), "file is empty"),
    "Excel": (workbook([["Location ID", "Name"]]), "Excel workbook (.xlsx)"),
    "old Excel": (written(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.ods"), "old Excel workbook"),
    "error page": (written(b"  <!DOCTYPE html><html>Not found", "a.ods"), "web page"),
    "text": (written(b"hello", "a.ods"), "text file"),
    "garbage": (written(bytes(range(256)) * 50, "a.ods"), "no kind of file that the portal knows"),
    "zip of the weekly directory": (other_zip, "zip archive"),
    "half a download": (half_a_zip, "was not downloaded to its end"),
    "other spreadsheet": (lambda folder: sheet_file(folder, [["a"]], sheet="Budget"), "no sheet named HSCA_Active_Locations"),
    "no content": (lambda folder: content_file(folder, ""), "damaged"),
    "header only": (with_header(*header(), rows=0), "no rows under its header"),
    "column moved": (with_header(*moved()), "The column 'Location ODS Code' has moved from F to U"),
    "column renamed": (
        with_header(*header(renamed={"Location ODS Code": "ODS code of location"})),
        "The column 'Location ODS Code' is missing or was renamed. In its place stands 'ODS code of location'.",
    ),
    "column missing at the end": (with_header(*HSCA_COLUMNS[:-1]), "'Primary ID (Dual registration locations)' is missing"),
    "column added": (with_header(*HSCA_COLUMNS, "Email address"), "a column that the portal does not know: 'Email address'"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_is_not_cqcs_file_is_refused_whole(what, tmp_path, load):
    load(places(3))
    make, sentence = WRONG[what]
    with pytest.raises(WrongFile) as refusal:
        load(make(tmp_path))
    assert sentence in str(refusal.value)
    last = RegisterImport.objects.latest("pk")
    assert (last.state, last.message) == ("refused", str(refusal.value)[:400])
    assert (last.new, last.closed, Listing.objects.active().count()) == (0, 0, 3)


def test_every_sentence_ends_and_says_which_file_is_wanted_unless_the_layout_changed(tmp_path, load):
    for make, _ in WRONG.values():
        with pytest.raises(WrongFile) as refusal:
            load(make(tmp_path))
        text = str(refusal.value)
        assert text.endswith(".")
        assert len(text) <= 400
        assert HSCA_WANTED in text or "Nothing was loaded" in text or "download it again" in text


WRONG_CONTACTS = {
    "CQC's monthly file": (lambda folder: hsca_file(folder, places(2)), "load it with --hsca"),
    "weekly directory": (written(DIRECTORY.encode(), "contacts.csv"), "neither ODS codes nor email addresses"),
    "PDF": (written(b"%PDF-1.7", "contacts.csv"), "PDF document"),
    "empty": (written(b"", "contacts.csv"), "file is empty"),
    "no IDs": (lambda folder: csv_file(folder, [["Name", "Email"], ["A", "a@b.org"]]), "no column with a CQC location ID"),
    "no addresses": (lambda folder: csv_file(folder, [["Location ID", "ODS code"], ["1-1", "V1"]]), "no column of email"),
    "two columns of one meaning": (
        lambda folder: csv_file(folder, [["Location ID", "CQC location id", "Email"], ["1-1", "1-2", "a@b.org"]]),
        "'Location ID' and 'CQC location id' mean the same thing",
    ),
    "header only": (lambda folder: csv_file(folder, [["Location ID", "Email"]]), "no rows under its header"),
    "xlsx of something else": (workbook([["Stock", "Price"], ["1", "2"]]), "no column with a CQC location ID"),
    "quotation mark": (written(b'Location ID,Email\n1-1,"a@b.org\n' + b"1-2,x\n" * 60_000, "contacts.csv"), "not closed"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_CONTACTS)
def test_a_file_that_is_no_contact_extract_is_refused_whole(what, tmp_path, load_contacts):
    make, sentence = WRONG_CONTACTS[what]
    with pytest.raises(WrongFile) as refusal:
        load_contacts(make(tmp_path))
    assert sentence in str(refusal.value)
    assert RegisterImport.objects.get().state == "refused"


@pytest.mark.parametrize("part", ["sheet", "xl/workbook.xml"])
def test_a_workbook_that_is_damaged_inside_is_refused(tmp_path, load_contacts, part):
    path = workbook([["Location ID", "Email"]])(tmp_path)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, data[: len(data) // 2] if part in entry.filename else data)
    with pytest.raises(WrongFile, match="damaged"):
        load_contacts(broken)


def test_a_text_of_no_email_at_all_would_empty_the_register_and_is_refused(load, load_contacts):
    load(places(2))
    load_contacts([["Location ID", "Email"], ["1-700000", "a@example.org"]])
    with pytest.raises(WrongFile, match="No row of the file has an email address"):
        load_contacts([["Location ID", "Email"], ["1-700000", ""], ["1-700001", "-"]])
    assert CONTACTS_WANTED.endswith(".")
