"""What is expected: the fan of the forecast, when stock runs out, and how the forecast was made, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.shapes import Drawing, Kind, Panel, Series
from reports.dashboard.chart import SOURCE, Chart, FigureTable
from reports.dashboard.published import Published
from reports.dashboard.wording import day, listed, number, week_of
from reports.forecast.choosing import ENOUGH_WEEKS, FEWEST_WEEKS, LONG_WEEKS
from reports.models import Forecast, ForecastWeek
from reports.models.forecast import DECLINED, Method, Outcome

# Of the past, as much as tells where the forecast starts from.
_WEEKS_BEFORE = 26


@dataclass(frozen=True, slots=True)
class Outlook:
    """`chart` is None when there is no forecast, and `declined` then says why; `stock` says when stock runs out."""

    chart: Chart | None
    declined: str = ""
    stock: str = ""
    made: Sequence[str] = ()


def outlook(published: Published) -> Outlook:
    forecast = published.forecast
    if forecast is None:
        return Outlook(None, declined="The forecast is being computed. Open this page again in a few minutes.")
    if forecast.outcome in DECLINED:
        return Outlook(None, declined=_declined(forecast))
    return Outlook(_fan(published, forecast), stock=_stock(forecast), made=_made(forecast))


def _declined(forecast: Forecast) -> str:
    if forecast.outcome == Outcome.TOO_SHORT:
        weeks = {0: "no week shows", 1: "only 1 week shows"}.get(
            forecast.weeks_known, f"only {forecast.weeks_known} weeks show"
        )
        return f"There is no forecast yet: {weeks} how many badges were ordered, and {FEWEST_WEEKS} are needed."
    return (
        f"There is no forecast: {forecast.weeks_hidden} of {forecast.weeks_hidden + forecast.weeks_known} weeks are hidden, "
        "and what would stand in their place would decide it."
    )


def _fan(published: Published, forecast: Forecast) -> Chart:
    ahead = published.forecast_weeks
    past = published.weeks[-_WEEKS_BEFORE:]
    figures = published.over_weeks("week", "badges")[-_WEEKS_BEFORE:]
    known = tuple(None if figure.value is None else float(figure.value) for figure in figures)
    marks = tuple("" if figure.value is not None else f"[{figure.mark}]" for figure in figures)

    def after(name: str, values: Sequence[int]) -> Series:
        # The lines of the fan start at the last published week, or it would hang in the air.
        return Series(name, (*(None,) * (len(past) - 1), known[-1], *map(float, values)))

    series = (
        Series("Published", (*known, *(None,) * len(ahead)), marks),
        after("Expected", [week.expected for week in ahead]),
        after("Low of 80%", [week.low_80 for week in ahead]),
        after("High of 80%", [week.high_80 for week in ahead]),
        after("Low of 95%", [week.low_95 for week in ahead]),
        after("High of 95%", [week.high_95 for week in ahead]),
    )
    weeks = (*past, *(week.week for week in ahead))
    return Chart(
        code="forecast",
        finding=_expected(ahead),
        drawing=Drawing(weeks=weeks, panels=(Panel(Kind.FAN, "Badges ordered in the week", series),)),
        alt=_fan_in_words(ahead),
        source=f"{SOURCE}, forecast made from {week_of(published.snapshot.week)} and the weeks before it.",
        table=_fan_table(ahead),
        notes=["The forecast rests on published figures alone. It knows nothing of campaigns or of other plans."],
    )


def _expected(ahead: Sequence[ForecastWeek]) -> str:
    first, last = ahead[0].expected, ahead[-1].expected
    if abs(last - first) <= max(first, 1) * 0.05:
        return f"About {number(first)} badges a week are expected over the next {len(ahead)} weeks"
    word = "rise" if last > first else "fall"
    return (
        f"Badges ordered are expected to {word} from {number(first)} to {number(last)} a week over {len(ahead)} weeks"
    )


def _fan_in_words(ahead: Sequence[ForecastWeek]) -> str:
    parts = [
        f"in {week_of(week.week)} {number(week.expected)}, with 80% between {number(week.low_80)} and {number(week.high_80)} and "
        f"95% between {number(week.low_95)} and {number(week.high_95)}"
        for week in (ahead[0], ahead[-1])
    ]
    return f"Line chart of badges ordered in each week so far, and a fan for the {len(ahead)} weeks to come: {listed(parts)}."


def _fan_table(ahead: Sequence[ForecastWeek]) -> FigureTable:
    return FigureTable(
        "Badges expected by week, with intervals",
        ["Week beginning", "Expected", "80 weeks in 100 between", "95 weeks in 100 between"],
        [
            (
                day(week.week),
                [
                    number(week.expected),
                    f"{number(week.low_80)} and {number(week.high_80)}",
                    f"{number(week.low_95)} and {number(week.high_95)}",
                ],
            )
            for week in ahead
        ],
    )


def _stock(forecast: Forecast) -> str:
    if forecast.stock is None:
        return "When stock runs out cannot be said, because the stock of the week is not shown."
    if forecast.runs_out_earliest is None:
        return f"The {number(forecast.stock)} badges available are expected to last beyond the weeks of this forecast."
    earliest = week_of(forecast.runs_out_earliest)
    if forecast.runs_out is None:
        return (
            f"The {number(forecast.stock)} badges available are expected to last beyond the weeks of this forecast. They may run "
            f"out in {earliest} if more are ordered than expected."
        )
    latest = (
        f"no later than {week_of(forecast.runs_out_latest)}" if forecast.runs_out_latest else "after this forecast ends"
    )
    if forecast.runs_out_earliest == forecast.runs_out == forecast.runs_out_latest:
        return f"If no more badges come, stock runs out in {week_of(forecast.runs_out)}."
    return (
        f"If no more badges come, stock is expected to run out in {week_of(forecast.runs_out)}: no earlier than {earliest} and "
        f"{latest}, in 80 cases of 100."
    )


def _made(forecast: Forecast) -> list[str]:
    """Which method, and why: the errors of each on the weeks published so far."""
    chosen = Method(forecast.method)
    errors = [
        f"{number(error)} badges by assuming that {method.label}" if method is not Method.ETS
        else f"{number(error)} badges by {method.label}"
        for method, error in zip(Method, (forecast.error_naive, forecast.error_drift, forecast.error_ets), strict=True)
        if error is not None
    ]  # fmt: skip
    said = [
        (
            f"Each method was tried on the {forecast.weeks_known} weeks published so far: from each week the weeks after it were "
            f"forecast, as if they had not happened yet, and compared with what came. On average they missed by {listed(errors)}."
        ),
        _why(forecast, chosen),
    ]
    if forecast.covered_80 is not None and forecast.covered_95 is not None:
        said.append(
            f"Of the weeks forecast like this in the past, {forecast.covered_80}% fell within the 80% interval and "
            f"{forecast.covered_95}% within the 95% interval."
        )
    if forecast.weeks_known < LONG_WEEKS:
        wider = round(100 * (float(forecast.widened) - 1))
        said.append(
            f"With only {forecast.weeks_known} weeks the intervals were made {wider}% wider than past errors ask for."
        )
    if forecast.weeks_hidden:
        many = (
            "1 week that is hidden was" if forecast.weeks_hidden == 1 else f"{forecast.weeks_hidden} hidden weeks were"
        )
        said.append(f"{many} filled in from the weeks around.")
    return said


def _why(forecast: Forecast, chosen: Method) -> str:
    if forecast.outcome == Outcome.SIMPLE_ONLY:
        return f"The forecast assumes that {chosen.label}. The model needs {ENOUGH_WEEKS} weeks before it is tried."
    if forecast.outcome == Outcome.MODEL_WON:
        return f"The forecast is made by {chosen.label}, because it came closest."
    return f"The forecast assumes that {chosen.label}, because the model did not come closer."
