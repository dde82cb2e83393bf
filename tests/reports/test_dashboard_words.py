"""Figures, changes, findings and warnings in words, from published rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reports.dashboard.attention import attention
from reports.dashboard.chart import MOST_WEEKS
from reports.dashboard.demand_charts import badges_by_region, orders_by_week, stock_over_weeks
from reports.dashboard.headlines import headlines
from reports.dashboard.published import Published, read_published
from reports.dashboard.service_charts import queue_and_time, time_to_delivery
from reports.dashboard.wording import change_words, days_of, listed, number, quantity
from reports.measures.shapes import Unit
from reports.snapshots.reading import Figure
from tests.reports.published import WEEK, Change, a_week, weeks_of_figures

HIDDEN, ABSENT = Figure(None, "c"), Figure(None, "x")


def shown(value: float) -> Figure:
    return Figure(Decimal(str(value)))


def read() -> Published:
    published = read_published()
    assert published is not None
    return published


@pytest.mark.parametrize(
    ("now", "before", "unit", "words"),
    [
        (1200, 1000, Unit.BADGES, "200 more than the week before (up 20%)"),
        (1000, 1200, Unit.ORDERS, "200 fewer than the week before (down 17%)"),
        (5, 5, Unit.ORDERS, "The same as the week before"),
        (5, 0, Unit.ORDERS, "5 more than the week before"),
        (80.5, 79.5, Unit.PERCENT, "1 percentage point higher than the week before"),
        (78, 80.5, Unit.PERCENT, "2.5 percentage points lower than the week before"),
        (4, 3, Unit.DAYS, "1 day longer than the week before"),
        (16.8, 19, Unit.HOURS, "2.2 hours shorter than the week before"),
    ],
)
def test_a_change_in_words(now: float, before: float, unit: Unit, words: str) -> None:
    assert change_words(shown(now), shown(before), unit) == words


def test_no_change_is_told_when_either_figure_is_hidden() -> None:
    said = [change_words(*pair, Unit.BADGES) for pair in ((HIDDEN, shown(5)), (HIDDEN, HIDDEN), (shown(5), HIDDEN))]

    assert said[:2] == ["It is hidden so that nobody can be recognised."] * 2
    assert said[2] == "The week before is hidden, so no change is shown."
    assert not any(character.isdigit() for words in said for character in words)
    assert change_words(shown(5), ABSENT, Unit.BADGES) == ""


def test_numbers_days_and_lists_in_words() -> None:
    assert [number(Decimal(text)) for text in ("1234567", "83.50", "83.0", "0")] == ["1,234,567", "83.5", "83", "0"]
    assert [quantity(Decimal(n), Unit.DAYS) for n in (1, 2)] == ["1 day", "2 days"]
    assert days_of(date(2026, 11, 16)) == "16 to 22 November 2026"
    assert days_of(date(2026, 11, 30)) == "30 November to 6 December 2026"
    assert days_of(date(2026, 12, 28)) == "28 December 2026 to 3 January 2027"
    assert [listed(parts) for parts in ([], ["a"], ["a", "b", "c"])] == ["", "a", "a, b and c"]


@pytest.mark.django_db
class TestFindings:
    def test_the_week_against_the_four_before_it(self) -> None:
        for step, (last, finding) in enumerate(
            (
                (1500, "1,500 badges were ordered in the week, 50% above the mean of the 4 weeks before"),
                (600, "600 badges were ordered in the week, 40% below the mean of the 4 weeks before"),
                (1030, "Badges ordered held steady at 1,030 in the week"),
            )
        ):
            changed: Change = {(back, "week", "badges"): 1000 for back in range(1, 5)} | {(0, "week", "badges"): last}
            weeks_of_figures(6, changed=changed, last=WEEK + timedelta(weeks=10 * step))
            assert orders_by_week(read()).finding == finding

    def test_a_hidden_week_is_said_and_is_a_gap_not_a_nought(self) -> None:
        weeks_of_figures(6, changed={(0, "week", "badges"): "c", (2, "week", "badges"): "c"})
        chart = orders_by_week(read())

        assert chart.finding == "The badges ordered in the week are hidden"
        badges = chart.drawing.panels[0].series[0]
        assert [value is None for value in badges.values] == [False, False, False, True, False, True]
        assert badges.marks[3] == "[c]"
        assert chart.notes == ["2 weeks are hidden so that nobody can be recognised: a gap marked [c]."]
        assert next(cells[0] for _, cells in chart.table.rows) == "[c]"
        assert "[c] in the last week" in chart.alt

    def test_a_week_that_was_not_published_is_a_gap_of_another_kind(self) -> None:
        weeks_of_figures(6, left_out=frozenset({2}))
        chart = orders_by_week(read())

        assert len(chart.drawing.weeks) == 6
        assert chart.notes == ["1 week has no figure: a gap marked [x]."]

    def test_the_sum_is_that_of_the_published_weeks(self) -> None:
        changed: Change = {(back, "week", "badges"): "c" if back == 1 else 100 for back in range(4)}
        weeks_of_figures(4, changed={**changed, (0, "stock", "available"): 4000, (0, "stock", "weeks_of_cover"): 8})
        chart = stock_over_weeks(read())

        assert chart.drawing.panels[0].series[0].values == (100, 200, None, 300)
        assert chart.finding == "At least 300 badges have been ordered and 4,000 are left, enough for 8 weeks"
        assert "Weeks that are hidden are missing from the sum, so the true sum is higher." in chart.notes

    def test_one_week_of_stock_is_one_week(self) -> None:
        weeks_of_figures(4, changed={(0, "stock", "available"): 1000, (0, "stock", "weeks_of_cover"): 1})
        assert stock_over_weeks(read()).finding.endswith(" 1,000 are left, enough for 1 week")

    def test_regions_stand_most_first_and_hidden_ones_last_without_a_bar(self) -> None:
        a_week(WEEK, {("week", "badges"): 900}, regions=lambda share: "c" if share == 17 else share * 10)
        chart = badges_by_region(read())

        assert chart is not None
        assert chart.finding == "North West ordered the most badges in the week, 140"
        assert (chart.drawing.labels[0], chart.drawing.labels[-1]) == ("North West", "South East")
        assert chart.drawing.panels[0].series[0].values[-1] is None
        assert chart.notes == ["1 of 9 rows are hidden so that nobody can be recognised: marked [c]."]
        assert "rounded to the nearest 5" in chart.source

    def test_service_in_words(self) -> None:
        changed: Change = {
            (0, "verification", "queue_length"): 0,
            (0, "verification", "hours_to_decide"): 20,
            **{(back, "fulfilment", "days_to_delivery"): 4 for back in range(1, 5)},
            (0, "fulfilment", "days_to_delivery"): 5.5,
        }
        weeks_of_figures(6, changed=changed)

        assert queue_and_time(read()).finding == (
            "No order waits for a check, and half of the decisions by a person took 20 hours or less"
        )
        assert time_to_delivery(read()).finding == (
            "Half of the parcels delivered arrived within 5.5 days of the order, 1.5 days slower than in the weeks before"
        )

    def test_a_chart_holds_a_year_and_the_sum_all_weeks(self) -> None:
        for back in range(MOST_WEEKS + 4):
            a_week(WEEK - timedelta(weeks=back), {("week", "badges"): 10, ("week", "orders"): 1})
        published = read()

        assert len(orders_by_week(published).drawing.weeks) == MOST_WEEKS
        assert stock_over_weeks(published).drawing.panels[0].series[0].values[-1] == 10 * (MOST_WEEKS + 4)

    def test_headlines_and_charts_of_a_first_week_with_little_in_it(self) -> None:
        a_week(WEEK, {("week", "badges"): "c"})
        published = read()

        assert {headline.figure for headline in headlines(published)} == {"[c]", "[x]"}
        assert badges_by_region(published) is None
        for chart in (orders_by_week(published), stock_over_weeks(published), queue_and_time(published)):
            assert chart.finding
            assert "no figure is shown" in chart.alt


QUIET: Change = {
    (0, "verification", "queue_length"): 20,
    (0, "verification", "queue_oldest_days"): 1,
    (0, "stock", "weeks_of_cover"): 4,
    **{(back, "fulfilment", "share_returned"): 2 for back in range(6)},
    **{(back, "verification", "share_matched"): 80 for back in range(6)},
}
PROBLEMS: list[tuple[Change, str]] = [
    (
        {(0, "verification", "queue_oldest_days"): 2},
        "20 orders wait for a check and the oldest has waited 2 days. Checks are due within 48 hours.",
    ),
    ({(0, "stock", "weeks_of_cover"): 3.9}, "Stock lasts 3.9 weeks at the pace of the last four weeks."),
    ({(0, "fulfilment", "share_returned"): 4}, "4% of parcels came back, up from 2% in the 4 weeks before."),
    (
        {(0, "verification", "share_matched"): 75},
        "75% of orders were matched without a person, down from 80% in the 4 weeks before.",
    ),
]


@pytest.mark.django_db
class TestAttention:
    def test_when_all_is_well_nothing_is_said(self) -> None:
        weeks_of_figures(6, changed=QUIET)
        found = attention(read())

        assert (found.problems, found.not_seen) == ([], "")
        assert len(found.watched) == len(PROBLEMS)

    @pytest.mark.parametrize(("changed", "sentence"), PROBLEMS)
    def test_each_problem_at_its_limit_is_said(self, changed: Change, sentence: str) -> None:
        weeks_of_figures(6, changed={**QUIET, **changed})

        assert [problem for problem, _ in attention(read()).problems] == [sentence]

    def test_limits_are_settings(self, settings: Any) -> None:
        settings.CHECK_OVERDUE_HOURS, settings.ATTENTION_STOCK_WEEKS = 24, 5
        settings.ATTENTION_RETURNS_POINTS, settings.ATTENTION_MATCHING_POINTS = 1, 1
        changed = {(0, "fulfilment", "share_returned"): 3, (0, "verification", "share_matched"): 79}
        weeks_of_figures(6, changed={**QUIET, **changed})

        assert len(attention(read()).problems) == 4

    def test_what_is_hidden_is_not_taken_for_well(self) -> None:
        names = ("queue_length", "queue_oldest_days", "share_matched")
        hidden = {(0, "verification", name): "c" for name in names} | {(0, "stock", "weeks_of_cover"): "c"}
        weeks_of_figures(6, changed={**QUIET, **hidden})
        found = attention(read())

        assert found.problems == []
        assert found.not_seen == (
            "Not looked at this week, because a figure is hidden or missing: the age of the queue, weeks of stock and the "
            "matching rate."
        )

    def test_an_empty_queue_is_not_late(self) -> None:
        empty = {(0, "verification", "queue_length"): 0, (0, "verification", "queue_oldest_days"): "z"}
        weeks_of_figures(6, changed={**QUIET, **empty})

        assert attention(read()).not_seen == ""
