"""CSV for staff who open it in a spreadsheet: a cell that would run as a formula is shown as text.

Not for DX, which gets exactly what was typed (`fulfilment.dx_file`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from badgeportal.typed_text import FORMULA_STARTS

# Without it Excel takes UTF-8 for Windows-1252.
_BYTE_ORDER_MARK = "\ufeff"


def staff_csv(table: Iterable[Sequence[object]]) -> bytes:
    """`table`, heading first, as RFC 4180 in UTF-8 with its mark; an apostrophe stands before what starts like a formula."""
    lines = (",".join(_cell(str(value)) for value in row) + "\r\n" for row in table)
    return (_BYTE_ORDER_MARK + "".join(lines)).encode()


def csv_download(content: bytes, file_name: str) -> HttpResponse:
    """`content` as a file to save, kept in no cache."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _cell(text: str) -> str:
    if text.lstrip(" ").startswith((*FORMULA_STARTS, "\r", "\n")):
        text = f"'{text}"
    if any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
