"""The workbook that analysts take away, opened again by another program."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from reports.downloads.publication import Publication
from reports.downloads.workbook import workbook
from tests.reports.downloads.rules import broken_rules

# The fixtures read the published snapshot from the database.
pytestmark = pytest.mark.django_db


def rows_of(book: openpyxl.Workbook, name: str) -> list[tuple[Any, ...]]:
    """The rows of the table on that sheet, heading first."""
    [table] = book[name].tables.values()
    return [tuple(cell.value for cell in row) for row in book[name][table.ref]]


def test_it_keeps_the_rules_for_accessible_spreadsheets(book: openpyxl.Workbook) -> None:
    assert broken_rules(book) == []


def test_a_workbook_that_breaks_the_rules_is_found_out(xlsx: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx))
    book.properties.language = None
    sheet = book["Table_2"]
    [table] = sheet.tables.values()
    top = int(re.findall(r"\d+", table.ref)[0])
    for row in range(2, top):
        sheet.cell(row, 1).value = "Nothing is explained"
    sheet.cell(top + 1, 2).value = None
    sheet.cell(top + 2, 2).value = "=1+1"
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=2)
    book["Table_3"]["A1"].value = None
    book["Table_4"].tables[table.displayName] = Table(displayName=table.displayName, ref="A1:A2")

    found = broken_rules(book)
    for fault in (
        "the file does not say its language",
        "is the name of two tables",
        "Table_2: a blank cell",
        "Table_2: a formula in B",
        "Table_2: cells are merged",
        "Table_2: [c] is not explained",
        "Table_3: no title in A1",
        "Table_4: 2 tables",
    ):
        assert any(fault in line for line in found), (fault, found)


def test_every_figure_is_the_stored_one(book: openpyxl.Workbook, publication: Publication) -> None:
    for table in publication.tables:
        _, *rows = rows_of(book, table.name)
        shown = [row[-len(table.columns) :] for row in rows]
        stored = [
            [figure.text if figure.value is None else figure.value for figure in line.figures] for line in table.lines
        ]
        assert [[cell if isinstance(cell, str) else Decimal(str(cell)) for cell in row] for row in shown] == stored
        assert [row[-len(table.columns) - 1] for row in rows] == [line.label for line in table.lines]


def test_places_have_their_code_and_other_rows_say_that_they_have_none(book: openpyxl.Workbook) -> None:
    assert rows_of(book, "Table_2")[0] == ("ONS code", "Region", "Orders\n[note 1]", "Badges\n[note 2]")
    assert [row[0] for row in rows_of(book, "Table_2")[1:]] == ["E12000001", "E12000007", "E12000009", "[z]", "[z]"]


def test_text_that_looks_like_a_formula_or_a_link_stays_text(publication: Publication, xlsx: bytes) -> None:
    [label] = [line.label for line in publication.tables[1].lines if line.label.startswith("=")]
    with zipfile.ZipFile(io.BytesIO(xlsx)) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if "worksheets/sheet" in name]
        links = [file.read(name).decode() for name in file.namelist() if name.endswith(".rels")]
        assert not any("<f>" in sheet for sheet in sheets)
        assert label.replace('"', "&quot;") in file.read("xl/sharedStrings.xml").decode().replace('"', "&quot;")
        assert not any("example.org" in link for link in links)


def test_headings_lead_to_definitions_by_number_and_one_definition_is_told_once(book: openpyxl.Workbook) -> None:
    notes = {number: (name, meaning) for number, name, meaning in rows_of(book, "Notes")[1:]}
    assert list(notes) == list(range(1, len(notes) + 1))
    assert notes[1] == ("Orders", "Orders placed in the period. As it stood on the Monday after. Counted in orders.")
    assert len(set(notes.values())) == len(notes)
    told = {name for name, _ in notes.values()}
    assert {"[c]", "[x]", "[z]", "Matched without a person (%)"} <= told
    for sheet in book.worksheets[3:]:
        for heading in rows_of(book, sheet.title)[0]:
            if "[note" in heading:
                name, number = heading.split("\n")
                assert notes[int(number.removeprefix("[note ").removesuffix("]"))][0] == name


def test_contents_lead_to_every_table(book: openpyxl.Workbook) -> None:
    _, *rows = rows_of(book, "Contents")
    assert [row[0] for row in rows] == book.sheetnames[3:]
    assert rows[1][1] == "Table 2: Orders by region\nWeek from Monday 16 November to Sunday 22 November 2026"
    links = {cell.value: cell.hyperlink.location for cell in book["Contents"]["A"] if cell.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in book.sheetnames[3:]}


def test_each_sheet_says_its_period_and_its_rule(book: openpyxl.Workbook, publication: Publication) -> None:
    for table in publication.tables:
        lines = [cell.value for cell in book[table.name]["A"]]
        assert lines[:2] == [table.full_title, table.period_words]
        assert set(table.sentences) <= set(lines)
    assert publication.tables[3].period_words == "Four weeks from Monday 26 October to Sunday 22 November 2026"


def test_the_cover_says_what_became_of_an_earlier_version(book: openpyxl.Workbook) -> None:
    lines = [cell.value for cell in book["Cover"]["A"]]
    assert lines[0] == "CARE badges: management information"
    assert "Published on 23 November 2026. Version 2." in lines
    assert any(re.fullmatch(r"Version 1 was withdrawn on .*: Stock was counted twice\.", line) for line in lines)


def test_it_is_the_same_to_the_byte_each_time_and_says_the_day_of_publication(
    publication: Publication, xlsx: bytes, book: openpyxl.Workbook
) -> None:
    assert workbook(publication) == xlsx
    assert book.properties.created.isoformat() == "2026-11-23T04:10:00"
    assert "2026-11-16-v2" in book.properties.description


@pytest.mark.parametrize("text", ["[here](https://example.org)", "$$note$$ at $$note-1$$"])
def test_marks_of_the_writer_mean_nothing_in_our_texts(publication: Publication, text: str) -> None:
    hostile = replace(publication, tables=(replace(publication.tables[0], title=text, text=text, rows_title=text),))
    book = openpyxl.load_workbook(io.BytesIO(workbook(hostile)))

    assert not any(cell.hyperlink for row in book["Table_1"].iter_rows() for cell in row)
    assert book["Table_1"]["A1"].value.replace(" ", "") == f"Table1:{text}".replace(" ", "")
