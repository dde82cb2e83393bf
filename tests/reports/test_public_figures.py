"""What is public is told exactly beside figures that are rounded or hidden, and is read back exactly."""

from __future__ import annotations

from datetime import date

from reports.disclosure.protecting import protect
from reports.disclosure.shapes import PublishedBefore
from reports.measures.catalogue import table
from reports.measures.shapes import RawCell
from reports.periods import Period

FOUR_WEEKS = Period(date(2026, 11, 2), date(2026, 11, 30))
REACH = table("reach_by_region")
# (places on the register, places that ordered) of each row: few places, and fewer that ordered.
ROWS = {"total": (13, 3), "E12000001": (9, 2), "E12000002": (3, 1), "unknown": (1, 0)}


def raw() -> list[RawCell]:
    return [
        RawCell(row, row, measure, value, value)
        for row, values in ROWS.items()
        for measure, value in zip(("listings", "listings_ordered"), values, strict=True)
    ]


def test_a_register_of_few_places_is_published_and_published_again():
    [first] = protect([(REACH, FOUR_WEEKS, raw())])
    before = PublishedBefore(REACH.code, FOUR_WEEKS, 1, first.cells, first.rounded_to, first.rule, raw())

    [again] = protect([(REACH, FOUR_WEEKS, raw())], [before])

    listings = {cell.row: cell.value for cell in first.cells if cell.measure == "listings"}
    assert listings == {row: places for row, (places, _) in ROWS.items()}
    assert again.cells == first.cells
