"""The forecast: what it says of series whose course is known, and how honest it is about those that are short or hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from reports.forecast.actions import compute_forecast
from reports.forecast.backtest import BackTest, back_test
from reports.forecast.choosing import FEWEST_WEEKS, LONG_WEEKS, SIMPLE, Known, Verdict, WeekAhead, decide, known_from
from reports.forecast.generated import SHAPES, history
from reports.forecast.methods import LEVELS, go_on
from reports.forecast.spread import spread_of
from reports.forecast.stock import RunsOut, runs_out
from reports.management.commands import backtest_forecast
from reports.models import Forecast, ForecastWeek, Snapshot
from reports.models.forecast import Method, Outcome
from tests.reports.published import WEEK, a_week, weeks_of_figures


def test_the_last_week_goes_on_or_the_average_change_does() -> None:
    assert go_on(Method.NAIVE, [10, 30, 20], 3).expected == [20, 20, 20]
    assert go_on(Method.DRIFT, [10, 30, 20], 3).expected == [25, 30, 35]
    assert go_on(Method.DRIFT, [20, 10, 2], 2).expected == [0, 0]


def test_nothing_after_the_origin_is_looked_at() -> None:
    """Whatever comes after a week changes no forecast that was made in it."""
    known = [100.0, 120, 90, 110, 130, 95, 105, 115, 100]
    tests = [back_test(method, [*known, *rest]) for method in SIMPLE for rest in ([1.0, 1, 1], [9000.0, 9000, 9000])]
    made = [{(t.origin, t.steps): t.expected for t in test.tried if t.origin <= len(known)} for test in tests if test]

    assert made[0].items() == made[1].items()
    assert made[2].items() == made[3].items()
    assert len(made[0]) > 20


def test_a_back_test_by_hand() -> None:
    """Six weeks: the naive forecast from week 4 misses weeks 5 and 6 by 10 and 30, from week 5 week 6 by 20."""
    test = back_test(Method.NAIVE, [100, 100, 100, 100, 110, 130])

    assert test is not None
    assert [(t.origin, t.steps, t.error, t.total_error) for t in test.tried] == [
        (4, 1, 10, 10),
        (4, 2, 30, 40),
        (5, 1, 20, 20),
    ]
    assert test.mean_error == 20


def test_past_errors_give_the_reach_and_too_few_of_them_give_none() -> None:
    spread = spread_of((1, size) for size in [-1, 2, -3, 4, -5, 6, -7, 8, -9])

    assert spread is not None
    assert spread.reach(0.80, 1) == 8
    assert spread.reach(0.95, 1) == 9
    assert spread.reach(0.80, 4) == pytest.approx(8 * 2)
    assert spread_of([(1, 5.0)] * 5) is None


@pytest.mark.parametrize("weeks", [8, 12, 24, 40])
def test_intervals_hold_what_they_promise_on_histories_that_wander_or_stay(weeks: int) -> None:
    """The weeks after a made-up history fall within its intervals about as often as those say, also when it is short."""
    inside: dict[float, list[bool]] = {level: [] for level in LEVELS}
    for shape in ("steady", "launch that fades", "wandering"):
        for seed in range(12):
            whole = history(shape, seed=seed, weeks=weeks + 12)
            known = whole[:weeks]
            for week, came in zip(simply(known).weeks, whole[weeks:], strict=True):
                for level, (low, high) in week.bounds.items():
                    inside[level].append(low <= came <= high)

    shares = {level: sum(hits) / len(hits) for level, hits in inside.items()}
    assert shares[0.80] >= 0.75
    assert shares[0.95] >= 0.88


def simply(known: list[float]) -> Verdict:
    """The verdict by simple methods alone: quick, and what short histories get."""
    from reports.forecast import choosing

    tests = {method: test for method in SIMPLE if (test := back_test(method, known))}
    chosen = min(tests.values(), key=lambda test: test.mean_error)
    widened = max(1.0, (LONG_WEEKS / len(known)) ** 0.5)
    return Verdict(
        Outcome.SIMPLE_ONLY, Known(tuple(known), 0), chosen, widened, tuple(choosing._weeks(known, chosen, widened))
    )


def test_the_model_is_used_only_where_it_comes_closest() -> None:
    """A trend that fades is what it is made for. Where a level jumps, it runs on behind it, and a simple method is taken."""
    fading = decide([4000 - 3000 * 0.85**week + (-1) ** week * 5 for week in range(16)])
    jumping = decide([1000.0] * 6 + [3000.0] * 5 + [500.0] * 5)

    for verdict in (fading, jumping):
        assert verdict.tests.keys() == set(Method)
        least = min(test.mean_error for test in verdict.tests.values())
        assert verdict.chosen is not None
        assert verdict.chosen.mean_error == least
        assert (verdict.outcome is Outcome.MODEL_WON) == (verdict.chosen.method is Method.ETS)
    assert (fading.outcome, jumping.outcome) == (Outcome.MODEL_WON, Outcome.MODEL_LOST)


def test_a_short_history_is_declined_then_widened() -> None:
    weeks = history("steady", seed=1)
    too_short, short = decide(weeks[: FEWEST_WEEKS - 1]), decide(weeks[:FEWEST_WEEKS])

    assert (too_short.outcome, too_short.weeks) == (Outcome.TOO_SHORT, ())
    assert (short.outcome, len(short.weeks), Method.ETS in short.tests) == (Outcome.SIMPLE_ONLY, 12, False)
    assert short.widened == pytest.approx(3**0.5)


def test_hidden_weeks_are_filled_in_between_and_too_many_of_them_are_declined() -> None:
    assert known_from([None, 10, None, None, 40, None]) == Known((10, 20, 30, 40, 40), 3)
    assert known_from([None, None]) == Known((), 0)
    hidden = [None if week % 2 else value for week, value in enumerate(history("steady", seed=1, weeks=24))]
    assert decide(hidden).outcome is Outcome.TOO_MANY_HIDDEN


def ahead(expected: float, errors: float) -> Verdict:
    tried = tuple(back_test(Method.NAIVE, [100 + errors * (n % 2) for n in range(20)]).tried)  # type: ignore[union-attr]
    weeks = tuple(WeekAhead(expected, {}) for _ in range(12))
    return Verdict(Outcome.MODEL_LOST, Known((), 0), BackTest(Method.NAIVE, tried), 1.0, weeks)


def test_stock_runs_out_in_the_week_that_takes_the_last_badge() -> None:
    certain = ahead(100, 0)

    assert runs_out(certain, 300) == RunsOut(3, 3, 3)
    assert runs_out(certain, 301) == RunsOut(4, 4, 4)
    assert runs_out(certain, 1201) == RunsOut(None, None, None)
    unsure = runs_out(ahead(100, 60), 600)
    assert (unsure.earliest or 0) < (unsure.expected or 0) < (unsure.latest or 99)


@pytest.mark.django_db
class TestStored:
    def test_a_forecast_is_computed_once_and_never_changed(self) -> None:
        snapshot = weeks_of_figures(10)
        forecast = compute_forecast(snapshot=snapshot, now=timezone.now())

        assert forecast is not None
        assert forecast.outcome == Outcome.SIMPLE_ONLY
        assert forecast.stock == snapshot.tables.get(code="stock").cells.get(measure="available").value
        weeks = list(forecast.weeks.all())
        assert [week.week for week in weeks] == [WEEK + timedelta(weeks=number) for number in range(1, 13)]
        assert all(w.low_95 <= w.low_80 <= w.expected <= w.high_80 <= w.high_95 for w in weeks)
        assert compute_forecast(snapshot=snapshot, now=timezone.now()) is None
        for change in (
            lambda: Forecast.objects.update(weeks_known=0),
            lambda: ForecastWeek.objects.update(high_95=10**6),
            lambda: ForecastWeek.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
                change()

    def test_it_rests_on_what_was_published_up_to_its_snapshot(self) -> None:
        early = a_week(WEEK - timedelta(weeks=1), {("week", "badges"): 100})
        a_week(WEEK, {("week", "badges"): 200})
        forecast = compute_forecast(snapshot=early, now=timezone.now())

        assert forecast is not None
        assert (forecast.outcome, forecast.weeks_known, forecast.stock) == (Outcome.TOO_SHORT, 1, None)


BROKEN: dict[str, dict[str, object]] = {
    "forecast_outcome_is_known": {"outcome": "guessed"},
    "forecast_has_a_method_or_declines": {"outcome": Outcome.TOO_SHORT, "method": Method.NAIVE},
    "forecast_by_the_model_that_won": {"outcome": Outcome.MODEL_WON},
    "forecast_model_only_if_it_wins": {"method": Method.ETS, "error_ets": 7, "error_naive": 6, "error_drift": 9},
    "forecast_never_narrowed": {"widened": "0.99"},
}


def a_forecast(**given: object) -> Forecast:
    fields = {"outcome": Outcome.MODEL_LOST, "method": Method.NAIVE, "weeks_known": 30, "weeks_hidden": 0, **given}
    return Forecast.objects.create(snapshot=a_week(WEEK, {}), computed_at=timezone.now(), **fields)  # type: ignore[misc]


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_a_forecast_that_breaks(name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        a_forecast(**BROKEN[name])


@pytest.mark.django_db
def test_the_database_refuses_weeks_that_break() -> None:
    forecast = a_forecast()
    bounds = {"low_95": 1, "low_80": 2, "expected": 3, "high_80": 4, "high_95": 5}
    monday = WEEK + timedelta(weeks=1)
    ForecastWeek.objects.create(forecast=forecast, week=monday, **bounds)
    for name, given in {
        "forecast_week_once": {},
        "forecast_week_begins_on_monday": {"week": monday + timedelta(days=1)},
        "forecast_week_wider_is_outside": {"week": monday + timedelta(weeks=1), "low_95": 3},
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ForecastWeek.objects.create(**{"forecast": forecast, "week": monday, **bounds, **given})  # type: ignore[misc]


def test_made_up_histories_are_the_same_for_the_same_seed() -> None:
    for shape in SHAPES:
        assert history(shape, seed=3) == history(shape, seed=3) != history(shape, seed=4)


@pytest.mark.django_db
def test_the_command_prints_what_each_method_missed_by(capsys: pytest.CaptureFixture[str]) -> None:
    a_week(WEEK - timedelta(weeks=30), {("week", "badges"): 100})
    with pytest.raises(CommandError, match="Only 1 published weeks show their badges; 8 are needed"):
        call_command("backtest_forecast")
    weeks_of_figures(10, changed={(back, "week", "badges"): 100 for back in range(10)})
    Snapshot.objects.filter(week__lt=WEEK - timedelta(weeks=20)).update(
        withdrawn_at=timezone.now(), withdrawn_by="user:1", withdrawn_reason="a trial"
    )
    capsys.readouterr()
    call_command("backtest_forecast")

    heading, _, line = capsys.readouterr().out.splitlines()
    cells = dict(zip(heading.split(" | "), line.split(" | "), strict=True))
    assert cells["| Series"] == "| published"
    assert (cells["naive misses by"], cells["drift misses by"], cells["ets misses by"]) == ("0", "0", "not tried")
    assert cells["Chosen"] == "naive 1"


def test_the_command_tries_made_up_histories_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtest_forecast, "Method", SIMPLE)
    monkeypatch.setattr(backtest_forecast, "HEADING", "| made up |")
    call_command("backtest_forecast", generated=True, histories=1)

    lines = capsys.readouterr().out.splitlines()[2:]
    assert [line.split(" | ")[0] for line in lines] == [f"| {shape}" for shape in SHAPES]
    assert all(line.split(" | ")[1] == "1" for line in lines)
