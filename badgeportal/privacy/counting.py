"""Counting in many tables at once: a page that looks into all of them asks one question and not one for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, Func, IntegerField, QuerySet, Value

from badgeportal.privacy.statements import holds_something


class Tally(NamedTuple):
    """How many rows there are, and in how many of them each field asked for holds something."""

    rows: int
    fields: dict[str, int]


class _Array(Func):
    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(BigIntegerField())


def count_together(asked: Iterable[tuple[QuerySet[Any], tuple[str, ...]]]) -> list[Tally]:
    """For each (rows, names of fields), in the order asked, what there is; one statement for all of them."""
    questions = list(asked)
    if not questions:
        return []
    first, *others = (_one(place, rows, fields) for place, (rows, fields) in enumerate(questions))
    # What Django knows to be empty takes no part in the statement.
    told = dict(first.union(*others, all=True)) if others else dict(first)
    found = []
    for place, (_, fields) in enumerate(questions):
        total, *each = told.get(place, [0] * (1 + len(fields)))
        found.append(Tally(total, dict(zip(fields, each, strict=True))))
    return found


def _one(place: int, rows: QuerySet[Any], fields: tuple[str, ...]) -> QuerySet[Any]:
    held = [Count("pk", filter=holds_something(name, rows.model._meta.get_field(name))) for name in fields]
    placed = rows.order_by().annotate(asked_place=Value(place, output_field=IntegerField())).values("asked_place")
    return placed.annotate(asked_counts=_Array(Count("pk"), *held)).values_list("asked_place", "asked_counts")
