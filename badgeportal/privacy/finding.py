"""From a subject to their rows, by the roads that the inventory declares. Export and erasure both begin here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, TextField, Value

from badgeportal.inventory import Declaration, Reach, Road, declarations
from badgeportal.privacy.settling import Found
from badgeportal.privacy.subject import DataSubject

# A shorter word, or a name of one part, stands in too many texts about others.
_SHORTEST = 5


class Mentions(Func):
    """Whether a text contains one of the words, whatever its capitals; numbers also when they are written with spaces."""

    template = (
        "(SELECT coalesce(bool_or(position(word IN lower(said)) > 0 OR position(word IN replace(lower(said), ' ', '')) > 0),"
        " false) FROM (SELECT %(expressions)s) AS given (said, words), unnest(words) AS word)"
    )
    output_field = BooleanField()

    def __init__(self, column: str, words: Sequence[str]) -> None:
        super().__init__(F(column), Value(list(words), output_field=ArrayField(TextField())))


def rows_of(label: str, subject: DataSubject, *, also_listed: Sequence[str] = ()) -> QuerySet[Any] | None:
    """The rows of the model `label` that a key leads to; None when no road leads there for this kind of subject.

    `also_listed` are addresses of people with an account that are to be found on listings too.
    """
    return _rows(label, declarations()[label], subject, also_listed)


def every_row_of(subject: DataSubject) -> Iterator[tuple[str, Declaration, QuerySet[Any]]]:
    """(label, declaration, rows) of each model that a key of `subject` leads to."""
    for label, declaration in declarations().items():
        rows = _rows(label, declaration, subject, ())
        if rows is not None:
            yield label, declaration, rows


def manager_of(label: str) -> QuerySet[Any]:
    """Every row of the model `label`, also those that its own manager would leave out."""
    model: type[Model] = apps.get_model(label)
    return model._base_manager.all().order_by()


def look_up(subject: DataSubject, *, also_listed: bool = False) -> Found:
    """`subject` with the addresses and words that free text and mails may call them by; one query for each table with such."""
    words: set[str] = {subject.listed_email} - {""}
    for _, declaration, rows in every_row_of(subject):
        telling = [n for n, one in declaration.personal.items() if one.telling and one.whose in subject.concerns]
        if telling:
            words |= {text for row in rows.values_list(*telling).distinct() for value in row if (text := _word(value))}
    addresses = tuple(sorted(word for word in words if "@" in word))
    return Found(subject=subject, addresses=addresses, words=tuple(sorted(words)), also_listed=also_listed)


def _word(value: str | None) -> str:
    text = " ".join((value or "").casefold().split())
    digits = "".join(character for character in text if character.isdigit())
    if text.startswith("+") or (len(digits) >= 10 and len(digits) > len(text) / 2):
        return digits[-10:]
    return text if "@" in text or (len(text) >= _SHORTEST and " " in text) else ""


def _rows(
    label: str, declaration: Declaration, subject: DataSubject, also_listed: Sequence[str]
) -> QuerySet[Any] | None:
    wanted: Q | None = None
    for reach, keys in ((subject.reach, subject.keys), (Reach.ADDRESS, also_listed)):
        road = declaration.reached.get(reach)
        if road is not None and keys:
            wanted = by_road(road, keys) if wanted is None else wanted | by_road(road, keys)
    return manager_of(label).filter(wanted) if wanted is not None else None


def by_road(road: Road, keys: Sequence[Any]) -> Q:
    return Q(**{f"{road}__in": list(keys)}) if isinstance(road, str) else road(keys)
