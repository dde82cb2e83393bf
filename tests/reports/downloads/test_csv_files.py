"""CSV files and what describes them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from decimal import Decimal

import pytest

from reports.downloads.csv_files import all_csv, csv_name, metadata_json, table_csv
from reports.downloads.publication import Publication, ShownTable

# The fixtures read the published snapshot from the database.
pytestmark = pytest.mark.django_db


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_it_holds_the_stored_figures_with_period_and_code(publication: Publication) -> None:
    rows = read(table_csv(publication.tables[1]))
    assert rows[0] == {
        "first_day": "2026-11-16",
        "last_day": "2026-11-22",
        "row_code": "E12000001",
        "row": "North East",
        "orders": "15",
        "badges": "120",
    }
    for table in publication.tables:
        for line, row in zip(table.lines, read(table_csv(table)), strict=True):
            for column, figure in zip(table.columns, line.figures, strict=True):
                cell = row[column.code]
                assert cell == figure.text if figure.value is None else Decimal(cell) == figure.value


def test_excel_knows_its_letters_and_runs_none_of_its_cells(publication: Publication) -> None:
    content = table_csv(publication.tables[1])
    assert content.startswith("\ufeff".encode())
    assert [row["row"] for row in read(content) if "HYPERLINK" in row["row"]] == [
        '\'=HYPERLINK("https://example.org","South West")'
    ]


def test_the_description_names_every_file_and_column_and_what_stands_for_no_figure(publication: Publication) -> None:
    told = json.loads(metadata_json(publication))
    assert told["@context"][0] == "http://www.w3.org/ns/csvw"
    assert told["dc:identifier"] == "care-badges-2026-11-16-v2"
    assert "[c] means hidden so that nobody can be recognised." in told["rdfs:comment"]
    assert "Version 1 was withdrawn" in told["dc:description"]
    for table, described in zip(publication.tables, told["tables"], strict=True):
        columns = described["tableSchema"]["columns"]
        assert described["url"] == csv_name(publication, table)
        assert described["rdfs:comment"] == table.published.rule
        assert [column["name"] for column in columns] == list(read(table_csv(table))[0])
        assert all(column["null"] == ["[c]", "[x]", "[z]"] for column in columns if column["datatype"] == "decimal")
        assert [column["dc:description"] for column in columns[4:]] == [one.definition for one in table.columns]


def test_the_zip_holds_each_file_once_and_is_the_same_each_time(publication: Publication) -> None:
    made = all_csv(publication)
    assert all_csv(publication) == made
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        files = {name: file.read(name) for name in file.namelist()}

    def held(table: ShownTable) -> tuple[str, bytes]:
        return csv_name(publication, table), table_csv(table)

    assert files == {
        **dict(map(held, publication.tables)),
        "care-badges-2026-11-16-v2-metadata.json": metadata_json(publication),
    }
    assert "care-badges-2026-11-16-v2-week-by-region.csv" in files
