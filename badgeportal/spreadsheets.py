"""CSV files for staff, made safe to open in a spreadsheet.

A cell that begins like a formula is run by Excel, LibreOffice and Google Sheets when the file is opened (OWASP, "CSV
injection"). Files for machines, such as DX's, carry what was typed and do not go through here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.http import StreamingHttpResponse
from django.utils import timezone

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutralised(value: object) -> object:
    """`value` as a cell may hold it: text that a spreadsheet would run gets a quote before it; numbers stay numbers."""
    if isinstance(value, str) and (value.startswith(_FORMULA_STARTS) or value.lstrip().startswith(_FORMULA_STARTS)):
        return f"'{value}"
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).isoformat(timespec="seconds") if timezone.is_aware(value) else value.isoformat()
        )
    return value.isoformat() if isinstance(value, date) else value


def csv_download(*, file_name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A CSV download in flat memory, in UTF-8 with the mark by which Excel knows it, every cell neutralised."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(header)
    for row in rows:
        yield writer.writerow([neutralised(cell) for cell in row])


class _Echo:
    """csv writes to a file; this one hands back what it is given."""

    def write(self, text: str) -> str:
        return text
