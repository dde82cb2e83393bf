"""Each table as a CSV file, and one file that describes them all as the W3C's "CSV on the Web", the government's open standard.

A file has one heading and one row for each row of the table. Its first columns say the period, so that the files of many weeks
can be put below one another. Shorthand stands in the place of a figure, and the description says so to programs.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date
from typing import Any

from badgeportal.staff_csv import staff_csv
from reports.downloads.publication import ABOUT, SOURCE, Column, Publication, ShownTable, shorthand_words
from reports.downloads.workbook import LANGUAGE, zip_entry
from reports.models.snapshot import Mark

# (name of the column, its title, what it holds, its type), before the measures.
_FIRST = (
    ("first_day", "First day", "The first day of the period.", "date"),
    ("last_day", "Last day", "The last day of the period.", "date"),
    (
        "row_code",
        "Code",
        "The code of the row: of the Office for National Statistics for places, else our own.",
        "string",
    ),
)


def table_csv(table: ShownTable) -> bytes:
    """One table, in UTF-8 with the mark by which Excel knows it, no cell of which a spreadsheet would run."""
    return staff_csv(_lines(table))


def csv_name(publication: Publication, table: ShownTable) -> str:
    """How the file of a table is called, such as care-badges-2026-11-16-v1-week-by-region.csv."""
    return f"{publication.name}-{table.code.replace('_', '-')}.csv"


def metadata_name(publication: Publication) -> str:
    return f"{publication.name}-metadata.json"


def metadata_json(publication: Publication) -> bytes:
    """What each file and column holds, by the words of `reports.measures`; valid metadata of CSV on the Web."""
    return (json.dumps(_description(publication), indent=2, ensure_ascii=False) + "\n").encode()


def all_csv(publication: Publication) -> bytes:
    """A ZIP of every table and the description."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for table in publication.tables:
            file.writestr(zip_entry(csv_name(publication, table)), table_csv(table))
        file.writestr(zip_entry(metadata_name(publication)), metadata_json(publication))
    return made.getvalue()


def _lines(table: ShownTable) -> Iterator[list[str]]:
    period = table.published.period
    yield [name for name, *_ in _FIRST] + ["row"] + [column.code for column in table.columns]
    for line in table.lines:
        plain = [figure.text if figure.value is None else f"{figure.value.normalize():f}" for figure in line.figures]
        yield [_day(period.starts), _day(period.last_day), line.code, line.label, *plain]


def _description(publication: Publication) -> dict[str, Any]:
    snapshot = publication.snapshot
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": LANGUAGE}],
        "dc:title": publication.title,
        "dc:description": " ".join((*ABOUT, *publication.withdrawn_words)),
        "dc:identifier": publication.name,
        "dc:language": LANGUAGE,
        "dc:issued": snapshot.published_at.astimezone(UTC).isoformat(timespec="seconds"),
        "dc:source": SOURCE,
        "schema:version": str(snapshot.version),
        "schema:softwareVersion": snapshot.software,
        "rdfs:comment": [shorthand_words(mark) for mark in Mark if mark is not Mark.SHOWN],
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tables": [_described(publication, table) for table in publication.tables],
    }


def _described(publication: Publication, table: ShownTable) -> dict[str, Any]:
    period = table.published.period
    first = [
        {"name": name, "titles": [name], "dc:title": title, "dc:description": text, "datatype": kind}
        for name, title, text, kind in (*_FIRST, ("row", table.rows_title, f"{table.rows_title}, in words.", "string"))
    ]
    return {
        "url": csv_name(publication, table),
        "dc:title": table.full_title,
        "dc:description": table.text,
        "dc:temporal": f"{_day(period.starts)}/{_day(period.last_day)}",
        "rdfs:comment": table.published.rule,
        "schema:roundedTo": table.published.rounded_to,
        "schema:fewestOrganisations": table.published.fewest_organisations,
        "tableSchema": {"columns": [*first, *map(_described_column, table.columns)], "primaryKey": "row_code"},
    }


def _described_column(column: Column) -> dict[str, Any]:
    return {
        "name": column.code,
        "titles": [column.code],
        "dc:title": column.heading,
        "dc:description": column.definition,
        "schema:unitText": column.unit,
        "datatype": "decimal",
        # These stand where there is no figure.
        "null": [f"[{mark}]" for mark in Mark if mark is not Mark.SHOWN],
    }


def _day(day: date) -> str:
    return day.isoformat()
