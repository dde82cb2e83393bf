"""The OpenDocument workbook, opened by the portal's own reader, which knows nothing of the writer."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest

from reports.downloads.opendocument import opendocument
from verification.register.ods import read_rows

# The fixtures read the published snapshot from the database.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="package")
def ods(xlsx: bytes) -> bytes:
    return opendocument(xlsx)


def part(ods: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(ods)) as file:
        return file.read(name).decode()


def test_it_says_cell_for_cell_what_the_workbook_says(ods: bytes, book: openpyxl.Workbook, tmp_path: Path) -> None:
    (tmp_path / "figures.ods").write_bytes(ods)
    read: dict[str, list[list[str]]] = defaultdict(list)
    for sheet, _, cells in read_rows(tmp_path / "figures.ods", columns=20):
        read[sheet].append([" ".join(cell.split()) for cell in cells])

    assert list(read) == book.sheetnames
    for sheet in book:
        filled = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        assert read[sheet.title] == [[" ".join(str(cell).split()) for cell in row] for row in filled]


def test_figures_are_numbers_and_nothing_is_a_formula(ods: bytes) -> None:
    content = part(ods, "content.xml")
    assert re.search(r'office:value="12345"[^>]*>', content)
    assert "table:formula" not in content
    assert "=HYPERLINK(" in content


def test_its_tables_have_names_and_headings_and_no_cell_is_merged_or_blank(ods: bytes, book: openpyxl.Workbook) -> None:
    content = part(ods, "content.xml")
    names = re.findall(r'<table:database-range table:name="([^"]+)"', content)
    assert names == [name for sheet in book for name in sheet.tables]
    assert content.count("<table:table-header-rows>") == len(names) == content.count('table:contains-header="true"')
    assert "spanned" not in content
    assert "repeated" not in content
    assert "<table:table-cell/>" not in content


def test_contents_lead_to_every_table(ods: bytes, book: openpyxl.Workbook) -> None:
    links = re.findall(r'xlink:href="([^"]+)"', part(ods, "content.xml"))
    assert links == [f"#{name}.A1" for name in book.sheetnames[3:]]


def test_it_says_its_title_language_and_day(ods: bytes, book: openpyxl.Workbook) -> None:
    meta = part(ods, "meta.xml")
    assert f"<dc:title>{book.properties.title}</dc:title>" in meta
    assert "<dc:language>en-GB</dc:language>" in meta
    assert "<meta:creation-date>2026-11-23T04:10:00</meta:creation-date>" in meta
    styles = part(ods, "styles.xml")
    assert set(re.findall(r'fo:(?:language|country)="(\w+)"', styles)) == {"en", "GB"}


def test_it_is_the_same_to_the_byte_each_time_and_a_proper_package(ods: bytes, xlsx: bytes) -> None:
    assert opendocument(xlsx) == ods
    with zipfile.ZipFile(io.BytesIO(ods)) as file:
        first, *rest = file.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        listed = re.findall(r'manifest:full-path="([^"]+)"', file.read("META-INF/manifest.xml").decode())
        assert {"/", *(one.filename for one in rest)} == {*listed, "META-INF/manifest.xml"}
