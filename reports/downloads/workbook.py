"""The accessible workbook, made with the Analysis Function's own gptables: cover, contents, notes, and one table on each sheet.

pandas and gptables take about a second to load, so they are imported where a workbook is made and never when a process starts.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC
from functools import partial
from typing import Any

from reports.downloads.publication import ABOUT, SOURCE, TITLE, Column, Publication, ShownTable, shorthand_words
from reports.downloads.sheet_layout import WIDE, lay_out
from reports.models.snapshot import Mark
from reports.snapshots.reading import Figure

LANGUAGE = "en-GB"
CONTACT = "If you have a question about these figures, contact the portal manager at The APS Group."
_ONE_TABLE = (
    "This worksheet contains one table. The worksheet Notes says what each column counts, by the number in its heading."
)
_CONTENTS = "This worksheet contains one table, with a link to each of the other tables."
_NOTES = "This worksheet contains one table. Other worksheets name these notes by their number."
_OPTIONS = {
    # Nothing that stands in a cell is ever run, followed, or taken for something else than what was written.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    # The disk of a web server may be read-only.
    "in_memory": True,
}
_CORE = "docProps/core.xml"
# The first day that a ZIP file can name: files inside have no date of their own.
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def workbook(publication: Publication) -> bytes:
    """The .xlsx: the same bytes each time for the same snapshot and the same words."""
    from gptables.core.api import produce_workbook

    made = io.BytesIO()
    references = _references(publication)
    cover, sheets = _cover(publication), {table.name: _sheet(table, references) for table in publication.tables}
    book = produce_workbook(
        made,
        sheets=sheets,
        cover=cover,
        contentsheet_options={"instructions": _CONTENTS, "additional_elements": ["subtitles"]},
        notes_table=_notes(references),
        notesheet_options={"instructions": _NOTES},
        workbook_options=_OPTIONS,
    )
    book.set_properties(_properties(publication))
    lay_out(book, cover, [_note(note)[1] for note in references], sheets)
    book.close()
    return _with_language(made.getvalue())


def _properties(publication: Publication) -> dict[str, Any]:
    """What the file says about itself. Its day is that of publication, so that the file is the same whenever it is made."""
    at = publication.snapshot.published_at
    return {
        "title": publication.title,
        "subject": publication.published_words,
        "author": "The APS Group for the Department of Health and Social Care",
        "keywords": "CARE badge, adult social care, management information",
        "comments": f"{publication.name}, computed by version {publication.snapshot.software} of the portal",
        "created": at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
    }


def _cover(publication: Publication) -> Any:
    from gptables import Cover

    used = {mark for table in publication.tables for mark in table.marks_on_sheet}
    return Cover(
        title=TITLE,
        intro=[_plain(text) for text in (*publication.opening_words, *ABOUT, SOURCE)],
        about=[
            "Each table says which rule was used so that nobody can be recognised in it.",
            *(shorthand_words(mark) for mark in Mark if mark in used),
        ],
        contact=[CONTACT],
        width=WIDE,
    )


def _references(publication: Publication) -> dict[Column | Mark, str]:
    """A reference for each note, in the order in which gptables numbers them: that in which they are first met.

    There is one for each shorthand, and one for each definition, however many tables share it.
    """
    notes: list[Column | Mark] = []
    for table in publication.tables:
        notes += table.marks_on_sheet
        notes += table.columns
    return {note: f"note-{number}" for number, note in enumerate(dict.fromkeys(notes))}


def _notes(references: dict[Column | Mark, str]) -> Any:
    import pandas as pd

    rows = [(reference, *map(_plain, _note(note))) for note, reference in references.items()]
    return pd.DataFrame(rows, columns=["Reference", "Name", "Meaning"])


def _note(note: Column | Mark) -> tuple[str, str]:
    return (f"[{note}]", shorthand_words(note)) if isinstance(note, Mark) else (note.heading, note.definition)


def _sheet(table: ShownTable, references: dict[Column | Mark, str]) -> Any:
    import pandas as pd
    from gptables import GPTable

    frame: dict[str, list[Any]] = {}
    if table.has_place_codes:
        frame["ONS code"] = [table.place_code(row) for row in table.rows]
    frame[_plain(table.rows_title)] = [_plain(row.label) for row in table.rows]
    before = len(frame)
    for column in table.columns:
        frame[_plain(column.heading)] = [_cell(table.figure(row, column)) for row in table.rows]
    return GPTable(
        table=pd.DataFrame(frame, dtype=object),
        table_name=f"{table.name}_{table.code}".replace("-", "_"),
        title=_plain(table.full_title),
        subtitles=[table.period_words],
        instructions=_ONE_TABLE,
        legend=[
            *(f"{shorthand_words(mark)} $${references[mark]}$$" for mark in table.marks_on_sheet),
            *map(_plain, table.sentences),
        ],
        source=SOURCE,
        # Levels of gptables; it leaves text columns without one in another font.
        index_columns={2: 0} if before == 1 else {2: 0, 3: 1},
        table_notes={before + place: f"$${references[column]}$$" for place, column in enumerate(table.columns)},
        additional_formatting=_formats(table, before),
    )


def _formats(table: ShownTable, before: int) -> list[dict[str, Any]]:
    """Figures stand to the right with commas for thousands; totals are bold. `before`: the columns before the first figure."""
    formats: list[dict[str, Any]] = [
        {"column": {"columns": [place], "include_names": True, "format": {"align": "right", "num_format": shape}}}
        for place, shape in enumerate(map(partial(_number_format, table), table.columns), before)
    ]
    totals = [number for number, line in enumerate(table.lines, 1) if line.is_total]
    if totals:
        formats.append({"row": {"rows": totals, "include_names": True, "format": {"bold": True}}})
    return formats


def _number_format(table: ShownTable, column: Column) -> str:
    values = [value for row in table.rows if (value := table.figure(row, column).value) is not None]
    places = max((-int(value.normalize().as_tuple().exponent) for value in values), default=0)
    return f"#,##0.{'0' * places}" if places > 0 else "#,##0"


def _cell(figure: Figure) -> int | float | str:
    if figure.value is None:
        return figure.text
    return int(figure.value) if figure.value == figure.value.to_integral_value() else float(figure.value)


def _plain(text: str) -> str:
    """`text` without what gptables would take for a link or for the number of a note."""
    return text.replace("](", "] (").replace("$$", "$ $")


def _with_language(made: bytes) -> bytes:
    """The workbook with its language among its properties, which the writer cannot set, and no time of making inside."""
    done = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as given, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as file:
        for name in given.namelist():
            content = given.read(name)
            if name == _CORE:
                end = b"</cp:coreProperties>"
                content = content.replace(end, b"<dc:language>" + LANGUAGE.encode() + b"</dc:language>" + end)
            file.writestr(zip_entry(name), content)
    return done.getvalue()


def zip_entry(name: str) -> zipfile.ZipInfo:
    """A compressed file of that name, with a fixed day, so that the whole is the same whenever it is made."""
    entry = zipfile.ZipInfo(name, date_time=_ZIP_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    # As made on Unix, readable by all, wherever it is made.
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
