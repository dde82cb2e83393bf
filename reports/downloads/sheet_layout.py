"""How the sheets of the workbook are laid out: rows as high as their text, columns no wider than can be read, and paper.

gptables leaves the height of rows to the program that opens the file, and not every program works it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

# In characters, as spreadsheets measure columns, and how many letters of Arial at 12 points go into so many.
WIDE = 90
_LETTERS = 105
# In points: lines of 12 and of 16 points.
_LINE, _TITLE = 16, 22
_A4 = 9
# On the sheets Contents and Notes the title and one line stand above the heading.
_ABOVE = 2
_MEANING = 2


def lay_out(book: Any, cover: Any, meanings: Sequence[str], sheets: Mapping[str, Any]) -> None:
    """Lay out every sheet of `book`, which gptables made from `cover` and `sheets` and which is not closed yet.

    `meanings`: what each note says, in the order of the notes.
    """
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_row(0, _TITLE)
    _lay_out_cover(book.get_worksheet_by_name(cover.cover_label), cover)
    contents = book.get_worksheet_by_name("Contents")
    for number in range(len(sheets)):
        # The title of the table, and below it the period.
        contents.set_row(_ABOVE + 1 + number, 2 * _LINE)
    _lay_out_notes(book.get_worksheet_by_name("Notes"), meanings)
    for name, table in sheets.items():
        # A heading, and below it the number of its note.
        book.get_worksheet_by_name(name).set_row(table.data_range[0], 2 * _LINE)


def _lay_out_cover(sheet: Any, cover: Any) -> None:
    """Three parts, each below a heading of its own."""
    row = 1
    for part in (cover.intro, cover.about, cover.contact):
        sheet.set_row(row, _TITLE)
        for place, text in enumerate(part, row + 1):
            sheet.set_row(place, height_of(text))
        row += 1 + len(part)


def _lay_out_notes(sheet: Any, meanings: Sequence[str]) -> None:
    sheet.set_column(_MEANING, _MEANING, WIDE)
    for row, meaning in enumerate(meanings, _ABOVE + 1):
        sheet.set_row(row, height_of(meaning))


def height_of(text: str) -> int:
    """How high a row with `text` is in a column of WIDE characters, in points."""
    return _LINE * sum(ceil(max(len(line), 1) / _LETTERS) for line in text.split("\n"))
