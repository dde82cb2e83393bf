"""The ICO's clock: its own worked examples, England's holidays, and what must hold for every date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rights.clock import (
    Clock,
    Pause,
    PausedDays,
    add_months,
    day_of,
    is_working_day,
    next_working_day,
    start_of,
)

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 12, 31))
# The holidays of a year are worked out once, and not while inputs are made.
_WARM = [is_working_day(date(year, 12, 25)) for year in range(2020, 2063)]
WAYS = st.sampled_from(list(PausedDays))


def clock_of(start: date, lengths: list[int], extended: bool, way: PausedDays) -> Clock:
    """A clock with pauses of these lengths, one after the other with a day between."""
    pauses, day = [], start
    for length in lengths:
        begin = day + timedelta(days=1)
        day = begin + timedelta(days=length)
        pauses.append(Pause(begin, day))
    return Clock(start=start, pauses=pauses, extended=extended, paused_days=way)


CLOCKS = st.builds(clock_of, DAYS, st.lists(st.integers(0, 20), max_size=3), st.booleans(), WAYS)


@pytest.mark.promise("rights-stay")
@pytest.mark.parametrize(
    ("received", "due"),
    [
        # The ICO's own.
        ("2024-09-03", "2024-10-03"),
        ("2023-01-30", "2023-02-28"),
        ("2025-03-31", "2025-04-30"),
        # A leap year has a 29 February, where the corresponding date is missing, and where it is not.
        ("2024-01-30", "2024-02-29"),
        ("2024-01-29", "2024-02-29"),
        ("2024-02-29", "2024-04-02"),  # 29 March 2024 was Good Friday, and Easter Monday followed.
        # A last day at a weekend.
        ("2026-09-03", "2026-10-05"),
        ("2026-08-01", "2026-09-01"),
        # Received on a Sunday: the clock starts all the same.
        ("2026-10-04", "2026-11-04"),
        # Christmas Day, Boxing Day, a weekend.
        ("2025-11-25", "2025-12-29"),
        # Christmas at a weekend has its holidays on Monday and Tuesday.
        ("2021-11-25", "2021-12-29"),
        ("2027-11-25", "2027-12-29"),
        # New Year's Day, also of a year that the request did not come in.
        ("2024-12-01", "2025-01-02"),
        # May, spring and summer bank holidays, and days that were proclaimed once.
        ("2026-04-04", "2026-05-05"),
        ("2026-07-31", "2026-09-01"),
        ("2022-08-19", "2022-09-20"),
        ("2023-04-08", "2023-05-09"),
    ],
)
def test_a_request_is_due_on_the_corresponding_working_day(received: str, due: str) -> None:
    assert Clock(start=date.fromisoformat(received)).due == date.fromisoformat(due)


def test_a_holiday_of_scotland_or_northern_ireland_moves_nothing() -> None:
    assert is_working_day(date(2025, 1, 2))
    assert is_working_day(date(2026, 3, 17))
    assert is_working_day(date(2026, 11, 30))


@pytest.mark.parametrize("year", [2030, 2040, 2055])
def test_holidays_are_known_for_years_ahead(year: int) -> None:
    assert not is_working_day(date(year, 12, 25))
    assert not is_working_day(date(year, 1, 1))


@pytest.mark.parametrize(
    ("start", "due"), [("2026-09-03", "2026-12-03"), ("2026-11-30", "2027-03-01"), ("2026-09-25", "2026-12-29")]
)
def test_two_further_months_are_counted_from_the_start(start: str, due: str) -> None:
    clock = Clock(start=date.fromisoformat(start), extended=True)

    assert clock.due == date.fromisoformat(due)
    assert clock.first_due < clock.due


def test_days_of_waiting_are_added_or_move_the_start() -> None:
    """30 January: three days added to 28 February, or the month counted from 2 February."""
    pauses = [Pause(date(2023, 2, 6), date(2023, 2, 9))]

    assert Clock(date(2023, 1, 30), pauses).due == date(2023, 3, 3)
    assert Clock(date(2023, 1, 30), pauses, paused_days=PausedDays.START_MOVED).due == date(2023, 3, 2)


def test_an_answer_on_the_day_of_the_question_costs_nothing() -> None:
    same_day = Pause(date(2026, 9, 10), date(2026, 9, 10))

    assert Clock(date(2026, 9, 3), [same_day]).due == Clock(date(2026, 9, 3)).due


def test_the_clock_starts_when_we_know_who_asks() -> None:
    received, confirmed = date(2026, 9, 3), date(2026, 9, 14)

    assert start_of(received=received, identity_asked=False, identity_confirmed=None) == received
    assert start_of(received=received, identity_asked=True, identity_confirmed=None) is None
    assert start_of(received=received, identity_asked=True, identity_confirmed=confirmed) == confirmed
    assert start_of(received=confirmed, identity_asked=True, identity_confirmed=received) == confirmed


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), date(2026, 12, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_london(moment: datetime, day: date) -> None:
    assert day_of(moment) == day


def test_staff_are_reminded_on_the_21st_and_the_28th_day() -> None:
    assert Clock(date(2026, 9, 3)).reminders() == (date(2026, 9, 24), date(2026, 10, 1))


def test_reminders_wait_as_long_as_the_clock_stood() -> None:
    paused = Clock(date(2026, 9, 3), [Pause(date(2026, 9, 5), date(2026, 9, 10))])

    assert paused.reminders() == (date(2026, 9, 29), date(2026, 10, 6))


def test_reminders_of_an_extended_request_come_before_its_end() -> None:
    assert Clock(date(2026, 9, 3), extended=True).reminders() == (date(2026, 11, 24), date(2026, 12, 1))


@given(CLOCKS)
def test_the_last_day_is_a_working_day_of_england(clock: Clock) -> None:
    assert clock.due.weekday() < 5
    assert next_working_day(clock.due) == clock.due
    assert is_working_day(clock.first_due)


@given(CLOCKS)
def test_a_pause_never_takes_time_from_us_and_an_extension_always_gives_some(clock: Clock) -> None:
    plain = Clock(start=clock.start, extended=clock.extended, paused_days=clock.paused_days)

    assert clock.due >= plain.due
    assert plain.first_due >= add_months(clock.start, 1) > clock.start
    assert Clock(clock.start, clock.pauses, True, clock.paused_days).due > clock.first_due


@given(DAYS, st.integers(min_value=0, max_value=400), st.booleans())
def test_what_comes_later_is_never_due_earlier(day: date, later: int, extended: bool) -> None:
    second = day + timedelta(days=later)

    assert Clock(day, extended=extended).due <= Clock(second, extended=extended).due


@given(DAYS, st.integers(min_value=1, max_value=3))
def test_the_corresponding_date_is_the_same_day_or_the_end_of_a_shorter_month(day: date, months: int) -> None:
    found = add_months(day, months)

    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@given(DAYS)
def test_nobody_waits_longer_than_a_month_and_the_longest_holiday(day: date) -> None:
    """Good Friday to Easter Monday, or Christmas at a weekend: four days and no more."""
    assert Clock(day).due - add_months(day, 1) <= timedelta(days=4)
