"""The history of an order in words for staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django import template

from badgeportal.who_acted import names_of
from orders.lifecycle import event_in_words
from orders.models import OrderEvent

register = template.Library()


@dataclass(frozen=True, slots=True)
class Line:
    """One event as staff read it."""

    at: datetime
    what: str
    was: str
    now: str
    reason: str
    who: str


@register.simple_tag
def history_lines(events: Iterable[OrderEvent], names: Mapping[str, str] | None = None) -> list[Line]:
    """A line for each of `events`, in their order. Who did it is found for all of them at once, or stands in `names` when the
    page has the histories of several orders.
    """
    events = list(events)
    names = names_of(event.actor for event in events) if names is None else names
    return [
        Line(
            at=event.at,
            what=event_in_words(event.kind),
            was=event.get_from_state_display(),
            now=event.get_to_state_display(),
            reason=_words(event.reason),
            who=names[event.actor],
        )
        for event in events
    ]


def _words(code: str) -> str:
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]
