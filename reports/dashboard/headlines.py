"""The figures at the top of the page, each with its change on the week before in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.dashboard.published import Published, definition
from reports.dashboard.wording import change_words, figure_words

# (table, measure) and the words above the figure.
SHOWN = (
    ("week", "badges", "Badges ordered"),
    ("week", "orders", "Orders placed"),
    ("week", "organisations", "Organisations that ordered"),
    ("week", "accounts", "New accounts"),
    ("verification", "share_matched", "Matched without a person"),
    ("verification", "queue_length", "Orders waiting for a check"),
    ("fulfilment", "days_to_delivery", "From order to delivery"),
    ("stock", "available", "Badges available"),
    ("stock", "weeks_of_cover", "Stock lasts"),
)


@dataclass(frozen=True, slots=True)
class Headline:
    """`figure` is large, `change` below it; `meaning` is the definition."""

    title: str
    figure: str
    change: str
    meaning: str
    is_hidden: bool


def headlines(published: Published) -> Sequence[Headline]:
    return [_headline(published, *shown) for shown in SHOWN]


def _headline(published: Published, code: str, measure: str, title: str) -> Headline:
    meant = definition(code, measure)
    now = published.last(code, measure)
    return Headline(
        title=title,
        figure=figure_words(now, meant.unit),
        change=change_words(now, published.week_before(code, measure), meant.unit),
        meaning=meant.text,
        is_hidden=now.value is None,
    )
