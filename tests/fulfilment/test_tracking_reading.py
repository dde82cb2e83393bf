from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from fulfilment.faults import TrackingFileRefused
from fulfilment.tracking.events import kind_of
from fulfilment.tracking.reading import MAX_ROWS, read_tracking_file
from fulfilment.tracking.times import read_time
from tests.fulfilment.steps import LONDON, NOW

LATER = NOW + timedelta(days=30)
ROW = "CB23456789AB,L2987877,Delivered,03/11/2026 10:15 AM\n"


def read(text: str, *, encoding: str = "utf-8"):
    return read_tracking_file(text.encode(encoding), now=LATER)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Order", "booked"),
        ("Label Created", "booked"),
        ("Scan at collection", "collected"),
        ("Scan at delivery", "in_transit"),
        ("Scanned at hub", "in_transit"),
        ("SCANNED - NUNEATON", "in_transit"),
        ("In Transit", "in_transit"),
        ("Ready for Pickup", "in_transit"),
        ("out for delivery", "out_for_delivery"),
        ("Delivered", "delivered"),
        ("Delivered to neighbour, no answer", "delivered"),
        ("Signed for by customer", "delivered"),
        ("Not delivered", "problem"),
        ("Undelivered", "problem"),
        ("Delivery attempted", "problem"),
        ("Problem with Delivery", "problem"),
        ("Returning to Sender", "problem"),
        ("Returned to depot", "problem"),
        ("Returned to sender", "returned"),
        ("Returned", "returned"),
    ],
)
def test_the_words_of_dx_become_one_of_our_kinds(words, kind):
    assert kind_of(words) == kind


@pytest.mark.parametrize("words", ["", "???", "Tuesday", "12345"])
def test_words_we_do_not_know_are_no_event(words):
    assert kind_of(words) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("03/11/26 02:15 PM", datetime(2026, 11, 3, 14, 15, tzinfo=LONDON)),
        ("03/11/2026 02:15 pm", datetime(2026, 11, 3, 14, 15, tzinfo=LONDON)),
        ("3/11/2026 14:15", datetime(2026, 11, 3, 14, 15, tzinfo=LONDON)),
        ("03-11-2026 14:15:09", datetime(2026, 11, 3, 14, 15, 9, tzinfo=LONDON)),
        ("03/11/2026 12:05 AM", datetime(2026, 11, 3, 0, 5, tzinfo=LONDON)),
        ("03/11/2026 12:05 PM", datetime(2026, 11, 3, 12, 5, tzinfo=LONDON)),
        ("2026-11-03T14:15", datetime(2026, 11, 3, 14, 15, tzinfo=LONDON)),
        ("2026-11-03 14:15:30", datetime(2026, 11, 3, 14, 15, 30, tzinfo=LONDON)),
        ("2026-07-03T14:15:00", datetime(2026, 7, 3, 14, 15, tzinfo=LONDON)),
        ("2026-07-03T13:15:00Z", datetime(2026, 7, 3, 14, 15, tzinfo=LONDON)),
        ("2026-07-03T15:15:00+02:00", datetime(2026, 7, 3, 14, 15, tzinfo=LONDON)),
        # The clocks go back: half past one comes twice, and the first is meant.
        ("25/10/2026 01:30", datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)),
    ],
)
def test_times_without_an_offset_are_clock_time_in_london(text, moment):
    assert read_time(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "03/11/2026", "2026-11-03", "31/02/2026 10:00", "11/23/2026 10:00", "25:00", "13:15 PM 03/11/2026", "46329.6"],
)
def test_what_is_not_a_date_and_a_time_is_not_guessed(text):
    assert read_time(text) is None


@pytest.mark.parametrize(
    "header",
    [
        "Reference,Consignment number,Event,Time",
        "reference,consignment no,status,date/time",
        "Customer Ref,Tracking Number,Stage,Date and Time",
        " YOUR REFERENCE , Con No , Event Description , Timestamp ",
    ],
)
def test_headings_have_many_names(header):
    (row,) = read(f"{header}\n{ROW}").rows
    assert (row.reference, row.number, row.kind) == ("CB23456789AB", "L2987877", "delivered")


def test_date_and_time_may_stand_apart_and_columns_in_any_order():
    (row,) = read("Time,Depot,Status,Date,Reference\n10:15,Leeds,Delivered,03/11/2026,CB23456789AB\n").rows
    assert row.at == datetime(2026, 11, 3, 10, 15, tzinfo=LONDON)
    assert row.number == ""


def test_the_header_may_stand_below_a_title_and_row_numbers_are_those_of_a_spreadsheet():
    found = read(
        f"DX tracking report\n\nAccount 123,,,\nReference,Consignment number,Event,Time\n{ROW}\nx,,nonsense,never\n"
    )
    assert [row.row_number for row in found.rows] == [5]
    assert [(problem.row_number, problem.column) for problem in found.problems] == [(7, "event"), (7, "time")]
    assert found.failed == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding, delimiter):
    text = "Reference,Consignment number,Event,Time\nCB23456789AB,N° 12,Delivered,03/11/2026 10:15\n"
    (row,) = read(text.replace(",", delimiter), encoding=encoding).rows
    assert row.number == "N° 12"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n ,, \n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 ...", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0 ...", "spreadsheet"),
        (b"GIF89a\0\0", "not a text file"),
        (b"Name,Address\nAnn,1 Road\n", "no heading for reference, event, time"),
        (b"Reference,Time\nCB23456789AB,03/11/2026 10:15\n", "no heading for event"),
        (b"Reference,Event\nCB23456789AB,Delivered\n", "no heading for time"),
        (b"Reference,Name,Address1,Address2,Address3,Town,County,Postcode\r\n", "the file that goes to DX"),
        (b'Reference,Event,Time\n"unfinished' + b"x" * 200_000, "cannot be read as CSV"),
        (b"Reference,Event,Time\n" + b"a,b,c\n" * (MAX_ROWS + 1), "more than 500,000 rows"),
        (b"x" * (20 * 1024 * 1024 + 1), "larger than 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_file_is_refused_whole_with_a_sentence(content, sentence):
    with pytest.raises(TrackingFileRefused, match=sentence):
        read_tracking_file(content, now=LATER)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",,Delivered,03/11/2026 10:15", "reference", "neither our reference nor"),
        ("CB23456789AB,,,03/11/2026 10:15", "event", "no event"),
        ("CB23456789AB,,Gone fishing,03/11/2026 10:15", "event", "do not know this event"),
        ("CB23456789AB,,Delivered,soon", "time", "not a date and time"),
        ("CB23456789AB,,Delivered", "time", "not a date and time"),
        ("CB23456789AB,,Delivered,03/11/2027 10:15", "time", "in the future"),
        (f"CB23456789AB,{'9' * 41},Delivered,03/11/2026 10:15", "consignment number", "40 characters"),
        ("CB23456789AB,1.23457E+11,Delivered,03/11/2026 10:15", "consignment number", "spreadsheet has shortened"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_by_column_and_reason(row, column, reason):
    found = read(f"Reference,Consignment number,Event,Time\n{row}\n{ROW}")
    assert len(found.rows) == 1
    (problem,) = found.problems
    assert (problem.row_number, problem.column) == (2, column)
    assert reason in problem.reason


def test_the_models_limits_are_those_of_the_reader():
    # A cell of any length becomes a problem row that fits its column.
    found = read(f"Reference,Event,Time\nCB23456789AB,{'x' * 5000},{'y' * 5000}\n")
    assert all(len(problem.value) <= 100 and len(problem.reason) <= 200 for problem in found.problems)
