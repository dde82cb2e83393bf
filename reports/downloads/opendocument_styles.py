"""How cells, rows and columns of the OpenDocument workbook look: as in the workbook it is carried over from."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

# A character of a column's width and a point of a row's height, in centimetres.
_CHARACTER, _POINT = 0.21, 0.0353
_USUAL_WIDTH, _USUAL_HEIGHT = 12.0, 16.0


class Styles:
    """Gives the name of the style for a cell, a row or a column of openpyxl, and puts each into `document` once."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._names: dict[str, str] = {}
        self._of_cells: dict[tuple[object, ...], str] = {}

    def column(self, characters: float | None) -> str:
        wide = (characters or _USUAL_WIDTH) * _CHARACTER
        return self._named("table-column", f'<style:table-column-properties style:column-width="{wide:.2f}cm"/>')

    def row(self, points: float | None) -> str:
        """A row as high as in the workbook; one that says nothing is as high as its text."""
        high = (points or _USUAL_HEIGHT) * _POINT
        optimal = "false" if points else "true"
        return self._named(
            "table-row",
            f'<style:table-row-properties style:row-height="{high:.2f}cm" style:use-optimal-row-height="{optimal}"/>',
        )

    def cell(self, cell: Any) -> str:
        # Cells of one style of the workbook look alike, but for links; text has no form of a number.
        key = (cell.style_id, cell.hyperlink is None, isinstance(cell.value, str))
        if key not in self._of_cells:
            self._of_cells[key] = self._new(cell)
        return self._of_cells[key]

    def _new(self, cell: Any) -> str:
        font, alignment = cell.font, cell.alignment
        wrap = ' fo:wrap-option="wrap"' if alignment.wrap_text else ""
        border = ' fo:border-bottom="0.5pt solid #000000"' if cell.border.bottom.style else ""
        align = {"right": "end", "left": "start"}.get(alignment.horizontal or "", "")
        paragraph = f'<style:paragraph-properties fo:text-align="{align}"/>' if align else ""
        weight = ' fo:font-weight="bold"' if font.bold else ""
        # A link is underlined and blue, as in the workbook.
        link = ' style:text-underline-style="solid" fo:color="#0000ff"' if cell.hyperlink else ""
        inside = (
            f'<style:table-cell-properties style:vertical-align="top"{wrap}{border}/>{paragraph}'
            f'<style:text-properties style:font-name="Arial" fo:font-size="{font.sz:.0f}pt"{weight}{link}/>'
        )
        return self._named("table-cell", inside, number=self._number(cell))

    def _number(self, cell: Any) -> str:
        """The style of a number with commas and as many places as in the workbook; nothing for text."""
        if isinstance(cell.value, str) or not cell.number_format.startswith("#,##0"):
            return ""
        places = len(cell.number_format.partition(".")[2])
        inside = f'<number:number number:decimal-places="{places}" number:min-decimal-places="{places}"'
        inside += ' number:min-integer-digits="1" number:grouping="true"/>'
        return self._named("number", inside)

    def _named(self, family: str, inside: str, *, number: str = "") -> str:
        from odfdo import Element

        key = f"{family}|{number}|{inside}"
        if key not in self._names:
            name = self._names[key] = f"portal{len(self._names) + 1}"
            data = f" style:data-style-name={quoteattr(number)}" if number else ""
            kind = f' style:family="{family}"'
            tag = "style:style"
            if family == "number":
                tag, kind = "number:number-style", ""
            xml = f'<{tag} style:name="{name}"{kind}{data}>{inside}</{tag}>'
            self._document.insert_style(Element.from_tag(xml), automatic=True)
        return self._names[key]
