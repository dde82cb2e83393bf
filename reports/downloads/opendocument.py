"""The workbook as OpenDocument, which government asks for beside any other format: the same sheets, carried over cell by cell.

odfdo and openpyxl are imported where a workbook is made and never when a process starts: together they take half a second.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reports.downloads.opendocument_styles import Styles
from reports.downloads.workbook import LANGUAGE, zip_entry

# What the empty document of odfdo brings along: a picture of a page, and settings of the program it was made with.
_LEFT_OUT = ("Thumbnails/", "Configurations2/", "settings.xml")
_MIMETYPE = "mimetype"
# A4, landscape, each sheet as wide as the page.
_PAPER = {
    "style:print-orientation": "landscape",
    "fo:page-width": "29.7cm",
    "fo:page-height": "21cm",
    "style:scale-to-X": "1",
    "style:scale-to-Y": "0",
}


def opendocument(workbook: bytes) -> bytes:
    """The .ods of a workbook made by `reports.downloads.workbook`: the same bytes each time for the same workbook."""
    import openpyxl
    from odfdo import Document, Element

    book = openpyxl.load_workbook(io.BytesIO(workbook))
    document = Document("spreadsheet")
    styles = Styles(document)
    document.body.clear()
    ranges = Element.from_tag("table:database-ranges")
    for sheet in book.worksheets:
        document.body.append(_table(sheet, styles))
        for table in sheet.tables.values():
            ranges.append(_range(table.displayName, sheet.title, table.ref))
    document.body.append(ranges)
    _describe(document, book.properties)
    _leave_out(document)
    made = io.BytesIO()
    document.save(made)
    return _without_times(made.getvalue())


def _table(sheet: Any, styles: Styles) -> Any:
    """One sheet, written as text and read at once: cell by cell the library takes several times as long."""
    from odfdo import Element

    first, last = _heading_and_width(sheet)
    letters = [column[0].column_letter for column in sheet.iter_cols(max_col=last)]
    widths = [styles.column(sheet.column_dimensions[letter].width) for letter in letters]
    parts = [f'<table:table table:name={quoteattr(sheet.title)} table:style-name="ta1">']
    parts += [f'<table:table-column table:style-name="{style}"/>' for style in widths]
    for number, cells in enumerate(sheet.iter_rows(max_col=last), 1):
        # Text above a table stands in its first cell alone, and the rest of the row is not there.
        inside = "".join(_cell(cell, styles) for cell in cells if cell.value is not None)
        style = styles.row(sheet.row_dimensions[number].height)
        row = f'<table:table-row table:style-name="{style}">{inside}</table:table-row>'
        parts.append(f"<table:table-header-rows>{row}</table:table-header-rows>" if number == first else row)
    return Element.from_tag("".join((*parts, "</table:table>")))


def _heading_and_width(sheet: Any) -> tuple[int, int]:
    """The row of the heading, 0 on a sheet without a table, and how many columns there are."""
    from openpyxl.utils.cell import range_boundaries

    for table in sheet.tables.values():
        _, row, last, _ = range_boundaries(table.ref)
        return int(row or 0), int(last or 1)
    return 0, 1


def _cell(cell: Any, styles: Styles) -> str:
    style = f'table:style-name="{styles.cell(cell)}"'
    if not isinstance(cell.value, str):
        number = f'office:value-type="float" office:value="{cell.value}"'
        return f"<table:table-cell {number} {style}><text:p>{cell.value}</text:p></table:table-cell>"
    lines = [escape(line) for line in cell.value.split("\n")]
    if cell.hyperlink is not None:
        # '#Table_1.A1' leads to that sheet of this file.
        address = quoteattr(f"#{cell.value}.A1")
        lines = [f'<text:a xlink:type="simple" xlink:href={address}>{line}</text:a>' for line in lines]
    text = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return f'<table:table-cell office:value-type="string" {style}>{text}</table:table-cell>'


def _range(name: str, sheet: str, reference: str) -> Any:
    """The table called `name`, so that it can be found by its name and its heading is known."""
    from odfdo import Element

    first, last = reference.split(":")
    made = Element.from_tag("table:database-range")
    made.set_attribute("table:name", name)
    made.set_attribute("table:target-range-address", f"{sheet}.{first}:{sheet}.{last}")
    made.set_attribute("table:contains-header", "true")
    made.set_attribute("table:display-filter-buttons", "false")
    return made


def _describe(document: Any, properties: Any) -> None:
    """The same title, language, author and day as the workbook, in place of those of the empty document."""
    document.set_language(LANGUAGE)
    meta = document.meta
    meta.set_title(properties.title)
    meta.set_subject(properties.subject)
    meta.set_keywords(properties.keywords)
    meta.set_description(properties.description)
    meta.set_initial_creator(properties.creator)
    meta.set_creation_date(properties.created)
    meta.clear_user_defined_metadata()
    meta.set_generator("CARE badge portal")
    for layout in document.styles.get_elements("//style:page-layout-properties"):
        for name, value in _PAPER.items():
            layout.set_attribute(name, value)


def _leave_out(document: Any) -> None:
    """Take out what the empty document brings along, and its line in the list of what the file holds."""
    for part in document.container.parts:
        if part.startswith(_LEFT_OUT):
            document.container.del_part(part)
    for path in document.manifest.get_paths():
        if path.startswith(_LEFT_OUT):
            document.manifest.del_full_path(path)


def _without_times(made: bytes) -> bytes:
    """The same file with no time of making inside; its kind comes first and uncompressed, as OpenDocument wants it."""
    done = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as given, zipfile.ZipFile(done, "w") as file:
        for name in given.namelist():
            entry = zip_entry(name)
            if name == _MIMETYPE:
                entry.compress_type = zipfile.ZIP_STORED
            file.writestr(entry, given.read(name))
    return done.getvalue()
