"""Figures that rest on published figures: hidden when one of those is, and never worked out from anything else."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from reports.disclosure.shapes import ProtectedCell, ProtectedTable, PublishedBefore
from reports.measures.catalogue import table
from reports.periods import Period
from reports.snapshots.deriving import with_derived

ENDS = date(2026, 11, 30)
WEEK, FOUR_WEEKS = Period(ENDS - timedelta(weeks=1), ENDS), Period(ENDS - timedelta(weeks=4), ENDS)
C = (None, "c")


def cells(row: str, **figures: int | tuple[None, str]) -> list[ProtectedCell]:
    return [
        ProtectedCell(row, row, measure, *(figure if isinstance(figure, tuple) else (Decimal(figure), "")))
        for measure, figure in figures.items()
    ]


def protected(code: str, *made: ProtectedCell) -> ProtectedTable:
    period = FOUR_WEEKS if table(code).period == "four_weeks" else WEEK
    return ProtectedTable(table(code), period, list(made), 5, "rounded")


def derived(code: str, measure: str, tables: list[ProtectedTable], history: list[PublishedBefore]) -> dict[str, object]:
    [found] = [each for each in with_derived(tables, history) if each.table.code == code]
    return {cell.row: cell.mark or cell.value for cell in found.cells if cell.measure == measure}


@pytest.mark.parametrize(
    ("returned", "dispatched", "share"),
    [
        (5, 40, Decimal("12.5")),
        (15, 10, Decimal("150.0")),
        (0, 10, Decimal("0.0")),
        (C, 40, "c"),
        (5, C, "c"),
        (0, 0, "z"),
    ],
)
def test_returns_for_every_hundred_handed_over(returned, dispatched, share):
    made = cells("total", returned=returned, dispatched=dispatched, share_returned=(None, "x"))
    assert derived("fulfilment", "share_returned", [protected("fulfilment", *made)], []) == {"total": share}


def test_badges_for_each_place_are_the_sum_of_four_published_weeks():
    regions = {"north": (10, 20, 30, 40), "south": (10, C, 30, 40), "nowhere": (0, 0, 0, 5)}
    reach = protected(
        "reach_by_region",
        *cells("north", listings=40, badges_for_each_listed=(None, "x")),
        *cells("south", listings=40, badges_for_each_listed=(None, "x")),
        *cells("nowhere", listings=0, badges_for_each_listed=(None, "x")),
    )
    now = protected("week_by_region", *(cell for row, weeks in regions.items() for cell in cells(row, badges=weeks[3])))
    before = [
        PublishedBefore(
            "week_by_region", Period.week(FOUR_WEEKS.starts + timedelta(weeks=n)), 1,
            [cell for row, weeks in regions.items() for cell in cells(row, badges=weeks[n])], 5, "rounded",
        )
        for n in range(3)
    ]  # fmt: skip
    wanted = ("reach_by_region", "badges_for_each_listed")

    assert derived(*wanted, [now, reach], before) == {"north": Decimal("2.5"), "south": "c", "nowhere": "z"}
    # A week that was published again counts as it was last published.
    again = PublishedBefore("week_by_region", before[0].period, 2, cells("north", badges=30), 5, "rounded")
    assert derived(*wanted, [now, reach], [*before, again])["north"] == Decimal("3.0")
    assert derived(*wanted, [now, reach], before[1:])["north"] == "x"
