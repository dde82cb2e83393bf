"""CSV for staff: what a spreadsheet would run is made text."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgeportal.spreadsheets import csv_download, neutralised


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", "\uff1d1"])
def test_text_that_looks_like_a_formula_gets_a_quote(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("value", ["plain", "a=b", "", 5, -5, 2.5, None, True])
def test_everything_else_stays_as_it_is(value):
    assert neutralised(value) == value


def test_dates_and_times_are_written_as_iso_in_london():
    assert neutralised(date(2026, 7, 1)) == "2026-07-01"
    assert neutralised(datetime(2026, 7, 1, 11, 30, tzinfo=UTC)) == "2026-07-01T12:30:00+01:00"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_a_download_holds_every_cell_and_none_that_begins_a_formula(rows):
    response = csv_download(file_name="a.csv", header=["A", "B"], rows=rows)
    text = b"".join(response.streaming_content).decode("utf-8", "surrogatepass")
    assert text.startswith("\ufeffA,B\r\n")
    cells = [cell for row in list(csv.reader(io.StringIO(text, newline="")))[1:] for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
