"""Reading a tracking file: is it one at all, which columns has it, and what does each row say or fail to say.

Everything is read before anything is written. What is wrong with a row is kept with the row's number as a spreadsheet shows it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fulfilment.faults import TrackingFileRefused
from fulfilment.models import TrackingEvent
from fulfilment.tracking.events import kind_of
from fulfilment.tracking.times import read_time

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 500_000
_PROGRESS_EVERY = 2_000
_HEADER_WITHIN = 20
_NUMBER_LENGTH = 40
_VALUE_LENGTH = 100
# The clock of a depot may be a little fast.
_FAST_CLOCK = timedelta(hours=1)

_ALIASES = {
    "reference": "reference|ref|our reference|our ref|your reference|your ref|customer reference|customer ref|cust ref"
    "|consignment reference|consignment reference 1|consignmentreference1|sender reference|senders reference",
    "number": "consignment number|consignment no|consignment|consno|con no|con number|dx number|dx consignment number"
    "|tracking number|tracking no|tracking id",
    "event": "event|status|stage|tracking event|event description|description|scan|scan type|activity|tracking status",
    "time": "time|event time|date and time|date time|datetime|timestamp|event date and time|scan time|event datetime",
    "date": "date|event date|scan date",
}
_COLUMNS = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split("|")}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one row."""

    row_number: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One event of the file. `reference` is as typed; it may be empty when there is a consignment number."""

    row_number: int
    reference: str
    number: str
    kind: TrackingEvent.Kind
    at: datetime


@dataclass(slots=True)
class TrackingFile:
    """What a file says: `rows` that could be read, and `problems` of `failed` rows that could not."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len({problem.row_number for problem in self.problems})


def read_tracking_file(
    content: bytes, *, now: datetime, progress: Callable[[int], None] = lambda rows: None
) -> TrackingFile:
    """Read the bytes of a CSV file; raises TrackingFileRefused, with a sentence, for one that is no tracking file.

    The file is UTF-8, UTF-16 with its mark, or Windows-1252; parted by commas, semicolons or tabs; its header may
    stand anywhere in the first 20 rows.
    """
    records = _records(_text(content))
    header, columns = _find_header(records)
    found = TrackingFile()
    for row_number, cells in enumerate(records[header + 1 :], start=header + 2):
        if row_number % _PROGRESS_EVERY == 0:
            progress(row_number)
        if any(cell.strip() for cell in cells):
            _read_row(found, row_number, _named(columns, cells), now=now)
    return found


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise TrackingFileRefused("The file is larger than 20 MB. Ask DX for a shorter period, or split the file.")
    if content.startswith(b"%PDF"):
        raise TrackingFileRefused("This is a PDF file. Ask DX for the tracking data as CSV.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise TrackingFileRefused("This is a spreadsheet. Save it as CSV (comma separated) and load that file.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise TrackingFileRefused("This is not a text file. Ask DX for the tracking data as CSV.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _records(text: str) -> list[list[str]]:
    start = text[:4000]
    delimiter = max(",;\t", key=start.count)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise TrackingFileRefused("The file cannot be read as CSV. Ask DX for it again.") from fault
    if not any(any(cell.strip() for cell in record) for record in records):
        raise TrackingFileRefused("The file is empty.")
    if len(records) > MAX_ROWS:
        raise TrackingFileRefused(f"The file has more than {MAX_ROWS:,} rows. Ask DX for a shorter period.")
    return records


def _find_header(records: list[list[str]]) -> tuple[int, dict[str, int]]:
    best: set[str] = set()
    for position, record in enumerate(records[:_HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(record):
            name = _COLUMNS.get(_plain(cell))
            if name:
                columns.setdefault(name, index)
        if (
            {"event"} <= columns.keys()
            and columns.keys() & {"reference", "number"}
            and columns.keys() & {"time", "date"}
        ):
            return position, columns
        best = max(best, set(columns), key=len)
        if _plain(" ".join(record)).startswith("reference name address1"):
            raise TrackingFileRefused(
                "This is the file that goes to DX, not the tracking file that comes back from DX."
            )
    missing = [
        text
        for text, names in (("reference", {"reference", "number"}), ("event", {"event"}), ("time", {"time", "date"}))
        if not best & names
    ]
    wanted = ", ".join(missing) or "reference, event, time"
    raise TrackingFileRefused(
        f"This is not a tracking file: there is no heading for {wanted} in its first {_HEADER_WITHIN} rows."
        " It needs the columns reference, consignment number, event and time."
    )


def _named(columns: Mapping[str, int], cells: list[str]) -> dict[str, str]:
    row = {name: cells[index].strip() if index < len(cells) else "" for name, index in columns.items()}
    if "date" in row:
        row["time"] = f"{row.pop('date')} {row.get('time', '')}".strip()
    return row


def _read_row(found: TrackingFile, row_number: int, row: dict[str, str], *, now: datetime) -> None:
    reference, number = row.get("reference", ""), row.get("number", "")
    kind, at = kind_of(row["event"]), read_time(row["time"])
    problems = [
        Problem(row_number, column, value[:_VALUE_LENGTH], reason)
        for column, value, reason in _faults(reference, number, row, kind, at, now)
    ]
    if problems or kind is None or at is None:
        found.problems += problems
    else:
        found.rows.append(Row(row_number, reference, number, kind, at))


def _faults(
    reference: str,
    number: str,
    row: Mapping[str, str],
    kind: TrackingEvent.Kind | None,
    at: datetime | None,
    now: datetime,
) -> Iterator[tuple[str, str, str]]:
    if not reference and not number:
        yield "reference", "", "The row has neither our reference nor a consignment number"
    if len(number) > _NUMBER_LENGTH:
        yield "consignment number", number, f"A consignment number has {_NUMBER_LENGTH} characters or fewer"
    if re.fullmatch(r"\d(\.\d+)?[eE]\+\d+", number):
        yield "consignment number", number, "A spreadsheet has shortened this number. Load DX’s own file instead"
    if kind is None:
        yield "event", row["event"], "We do not know this event" if row["event"] else "The row has no event"
    if at is None:
        yield "time", row["time"], "This is not a date and time such as 23/11/2026 02:15 PM or 2026-11-23T14:15"
    elif at > now + _FAST_CLOCK:
        yield "time", row["time"], "This is in the future. Day and month may have changed places"


def _plain(cell: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", cell.casefold()).split())
