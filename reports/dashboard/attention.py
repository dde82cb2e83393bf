"""What needs somebody's attention, as plain sentences, and what could not be looked at because its figure is hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from django.conf import settings

from reports.dashboard.published import Published
from reports.dashboard.wording import listed, number, quantity, week_of
from reports.measures.shapes import Unit

# A rise or a fall is against the mean of so many weeks before: one odd week is no trend.
COMPARED_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Attention:
    """`problems`: (what is wrong, what it means). `not_seen`: what could not be judged. `watched`: what is looked at."""

    problems: list[tuple[str, str]]
    not_seen: str
    watched: list[str]


@dataclass(frozen=True, slots=True)
class _Check:
    """`look` returns the problem in words, an empty text when all is well, or None when the figure is not shown."""

    name: str
    limit: Callable[[], str]
    look: Callable[[Published], str | None]
    means: str


def attention(published: Published) -> Attention:
    """Judge the newest week by the limits of settings."""
    seen = [(check, check.look(published)) for check in _CHECKS]
    hidden = [check.name for check, said in seen if said is None]
    return Attention(
        problems=[(said, check.means) for check, said in seen if said],
        not_seen=f"Not looked at this week, because a figure is hidden or missing: {listed(hidden)}." if hidden else "",
        watched=[check.limit() for check in _CHECKS],
    )


def _queue(published: Published) -> str | None:
    waiting = published.last("verification", "queue_length").value
    oldest = published.last("verification", "queue_oldest_days").value
    if not waiting and waiting is not None:
        return ""
    if oldest is None:
        return None
    if oldest * 24 < settings.CHECK_OVERDUE_HOURS:
        return ""
    queue = (
        f"{number(waiting)} orders wait for a check and the oldest"
        if waiting
        else "The oldest order that waits for a check"
    )
    return f"{queue} has waited {quantity(oldest, Unit.DAYS)}. Checks are due within {_due()}."


def _stock(published: Published) -> str | None:
    cover = published.last("stock", "weeks_of_cover").value
    if cover is None:
        return None
    if cover >= settings.ATTENTION_STOCK_WEEKS:
        return ""
    forecast = published.forecast
    ends = f" It is expected to run out in {week_of(forecast.runs_out)}." if forecast and forecast.runs_out else ""
    return f"Stock lasts {quantity(cover, Unit.WEEKS)} at the pace of the last four weeks.{ends}"


def _returns(published: Published) -> str | None:
    return _moved(
        published, "fulfilment", "share_returned", settings.ATTENTION_RETURNS_POINTS,
        "{now} of parcels came back, up from {before} in {weeks}.",
    )  # fmt: skip


def _matching(published: Published) -> str | None:
    return _moved(
        published, "verification", "share_matched", -settings.ATTENTION_MATCHING_POINTS,
        "{now} of orders were matched without a person, down from {before} in {weeks}.",
    )  # fmt: skip


def _moved(published: Published, code: str, measure: str, points: int, sentence: str) -> str | None:
    """The sentence when the share moved by `points` percentage points or more, upwards or (below zero) downwards."""
    now = published.last(code, measure).value
    earlier = published.weeks_before(code, measure, COMPARED_WEEKS)
    if now is None or not earlier:
        return None
    before = Decimal(fmean(earlier))
    if (now - before) * (1 if points > 0 else -1) < abs(points):
        return ""
    weeks = published.weeks_before_words(code, measure, COMPARED_WEEKS)
    return sentence.format(now=quantity(now, Unit.PERCENT), before=quantity(before, Unit.PERCENT), weeks=weeks)


def _due() -> str:
    return quantity(settings.CHECK_OVERDUE_HOURS, Unit.HOURS)


_CHECKS = (
    _Check(
        "the age of the queue",
        lambda: f"the oldest order that waits for a check has waited {_due()} or longer",
        _queue,
        "Ask APS when the queue will be worked off.",
    ),
    _Check(
        "weeks of stock",
        lambda: f"stock lasts less than {quantity(settings.ATTENTION_STOCK_WEEKS, Unit.WEEKS)}",
        _stock,
        "More badges need to be ordered from the maker.",
    ),
    _Check(
        "returned parcels",
        lambda: (
            f"parcels returned are {settings.ATTENTION_RETURNS_POINTS} percentage points or more above the mean of the "
            f"{COMPARED_WEEKS} weeks before"
        ),
        _returns,
        "Addresses may be wrong, or the courier may not find people in.",
    ),
    _Check(
        "the matching rate",
        lambda: (
            f"orders matched without a person are {settings.ATTENTION_MATCHING_POINTS} percentage points or more below the "
            f"mean of the {COMPARED_WEEKS} weeks before"
        ),
        _matching,
        "The register or its email addresses may be out of date, and more orders will need a person.",
    ),
)
