"""The rule of each table, on figures worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.disclosure.protecting import protect
from reports.disclosure.shapes import ProtectedTable
from reports.measures.shapes import TOTAL, RawCell, Table
from reports.periods import Period
from tests.reports.attack import tables
from tests.reports.attack.worlds import FIRST_WEEK

WEEK = Period.week(FIRST_WEEK)


def _rows(*rows: tuple[str, int, int, int]) -> list[RawCell]:
    """Row, orders, badges, organisations."""
    names = ("orders", "badges", "organisations")
    return [
        RawCell(row, row, name, value, values[2])
        for row, *values in rows
        for name, value in zip(names, values, strict=True)
    ]


def _totals(**figures: tuple[int, int]) -> list[RawCell]:
    """Of each measure its figure, and the organisations behind it."""
    return [RawCell(TOTAL, TOTAL, measure, *figure) for measure, figure in figures.items()]


def _protected(table: Table, cells: list[RawCell]) -> ProtectedTable:
    return protect([(table, WEEK, cells)])[0]


def _text(protected: ProtectedTable) -> dict[tuple[str, str], str]:
    return {
        (c.row, c.measure): f"[{c.mark}]" if c.value is None else f"{c.value.normalize():f}" for c in protected.cells
    }


def test_a_national_table_that_hides_nothing_is_exact() -> None:
    protected = _protected(
        tables.BY_ROUTE, _rows(("cqc_matched", 31, 400, 29), ("undecided", 0, 0, 0), (TOTAL, 31, 400, 29))
    )

    assert protected.rounded_to == 1
    assert "Counts are exact" in protected.rule
    assert _text(protected)["cqc_matched", "badges"] == "400"


def test_a_national_table_that_hides_something_is_rounded_in_all_its_cells() -> None:
    cells = _rows(
        ("cqc_matched", 93, 402, 91), ("cqc_checked", 31, 118, 30), ("undecided", 4, 9, 4), (TOTAL, 128, 529, 125)
    )
    text = _text(protected := _protected(tables.BY_ROUTE, cells))

    assert protected.rounded_to == 5
    assert text["undecided", "orders"] == text["undecided", "badges"] == text["undecided", "organisations"] == "[c]"
    assert text["cqc_matched", "orders"] == "95"
    assert text[TOTAL, "orders"] == "130"


def test_a_row_of_seven_organisations_is_hidden_however_many_orders_it_has() -> None:
    cells = _rows(
        ("cqc_matched", 40, 300, 7), ("cqc_checked", 45, 320, 41), ("undecided", 44, 310, 40), (TOTAL, 129, 930, 88)
    )

    assert _text(_protected(tables.BY_ROUTE, cells))["cqc_matched", "orders"] == "[c]"


def test_below_national_a_zero_stays_and_eight_becomes_ten() -> None:
    text = _text(
        _protected(tables.BY_REGION, _rows((tables.REGION_CODES[0], 8, 8, 8), ("unknown", 0, 0, 0), (TOTAL, 8, 8, 8)))
    )

    assert text[tables.REGION_CODES[0], "orders"] == "10"
    assert text["unknown", "orders"] == "0"


def test_a_share_is_of_the_published_figures_and_hidden_with_them() -> None:
    told = _text(_protected(tables.VERIFICATION, _totals(decided=(200, 150), matched_without_person=(150, 120))))
    hidden = _text(_protected(tables.VERIFICATION, _totals(decided=(200, 150), matched_without_person=(6, 6))))

    assert told[TOTAL, "share_matched"] == "75"
    assert hidden[TOTAL, "matched_without_person"] == hidden[TOTAL, "share_matched"] == "[c]"


def test_a_part_that_leaves_fewer_than_eight_over_is_hidden() -> None:
    """Else one would be taken from the other: 3 of 200 went to a person."""
    text = _text(_protected(tables.VERIFICATION, _totals(decided=(200, 150), matched_without_person=(197, 148))))

    assert text[TOTAL, "matched_without_person"] == "[c]"


def test_a_level_is_never_exact_and_the_oldest_needs_eight_organisations_waiting() -> None:
    figures = {"decided": (200, 150), "matched_without_person": (150, 120)}
    many = _totals(**figures, queue_length=(42, 40), queue_oldest_days=(9, 40))
    few = _totals(**figures, queue_length=(7, 7), queue_oldest_days=(9, 7))

    assert _text(_protected(tables.VERIFICATION, many))[TOTAL, "queue_length"] == "40"
    assert _text(_protected(tables.VERIFICATION, few))[TOTAL, "queue_oldest_days"] == "[c]"


def test_a_median_says_nothing_of_a_hidden_count() -> None:
    """Of three decided by people the count is hidden; so must be that no median, or one, could be worked out."""

    def hours(decided: int, matched: int, median: int | None, organisations: int) -> str:
        figures = _totals(decided=(decided, decided), matched_without_person=(matched, matched))
        cell = RawCell(TOTAL, TOTAL, "hours_to_decide", median, organisations)
        return _text(_protected(tables.VERIFICATION, [*figures, cell]))[TOTAL, "hours_to_decide"]

    assert hours(200, 150, 20, 50) == "20"
    assert hours(0, 0, None, 0) == "[x]"
    # Nobody measured, beside counts that are shown or hidden: [x] would say that all decided were matched.
    assert hours(40, 40, None, 0) == hours(6, 6, None, 0) == "[c]"
    # A median of many beside a hidden count of matched would say that 8 or more were not.
    assert hours(200, 6, 20, 190) == "[c]"


def test_two_tables_of_nearly_the_same_orders_are_not_both_exact() -> None:
    """98 of the week's orders matched and 100 were matched in the week: two came from an earlier week."""
    routes = _rows(("cqc_matched", 98, 900, 95), ("undecided", 50, 400, 49), (TOTAL, 148, 1300, 144))
    matched = _totals(decided=(140, 120), matched_without_person=(100, 97))
    by_route, verification = protect([(tables.BY_ROUTE, WEEK, routes), (tables.VERIFICATION, WEEK, matched)])

    assert (by_route.rounded_to, verification.rounded_to) == (1, 5)


def test_stock_is_coarse_and_cover_is_worked_out_from_it() -> None:
    week = [*_rows((TOTAL, 100, 2000, 90)), RawCell(TOTAL, TOTAL, "accounts", 50, 50)]
    stock = [RawCell(TOTAL, TOTAL, "received", 5123, 0), RawCell(TOTAL, TOTAL, "available", 41_499, 0)]
    text = _text(protect([(tables.WEEK, WEEK, week), (tables.STOCK, WEEK, stock)])[1])

    assert text == {(TOTAL, "received"): "5123", (TOTAL, "available"): "41000", (TOTAL, "weeks_of_cover"): "20.5"}


def test_rows_that_do_not_add_up_are_not_published() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        _protected(tables.BY_ROUTE, _rows(("cqc_matched", 31, 400, 29), (TOTAL, 32, 400, 29)))


def test_values_are_decimals_as_they_are_stored() -> None:
    protected = _protected(tables.BY_ROUTE, _rows(("cqc_matched", 31, 400, 29), (TOTAL, 31, 400, 29)))

    assert {type(cell.value) for cell in protected.cells} == {Decimal}
