"""From the inventory to the statements that overwrite or delete: one for each table, whatever the number of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Case, F, Field, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from badgeportal.inventory import GOES, NOW, Declaration, Ending, Personal, declarations
from badgeportal.privacy.finding import Mentions, manager_of, rows_of
from badgeportal.privacy.settling import Found

# Which of a field's two endings: `lambda field: field.erasure`, or `.closing`.
EndingOf = Callable[[Personal], Ending]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: rows of one table, and what becomes of them."""

    label: str
    rows: QuerySet[Any]
    fields: tuple[str, ...]
    deletes: bool
    values: Mapping[str, Any]

    def carry_out(self) -> int:
        """How many rows were overwritten or deleted."""
        if self.deletes:
            # Nothing hangs on these rows, so Django need not look for it row by row.
            return int(self.rows._raw_delete(connection.alias) or 0)
        return self.rows.update(**self.values)


def erasing_statements(found: Found, *, now: datetime) -> Iterator[Statement]:
    """All that overwrites `found`, later rooms and later tables first, as rows may be found through earlier ones."""
    for label, declaration in reversed(declarations().items()):
        listed = found.addresses if found.also_listed else ()
        rows = rows_of(label, found.subject, also_listed=listed)
        if rows is not None:
            theirs = _concerned(declaration, found, by_account=bool(found.subject.account_ids))
            statement = _overwriting(label, declaration, rows, theirs, now=now)
            if statement is not None:
                yield statement
        yield from _searching(label, declaration, rows, found, now=now)


def closing_statement(label: str, rows: QuerySet[Any], *, now: datetime) -> Statement | None:
    """What closing does to `rows` of the model `label`; None when all of it is kept.

    Rows that hold nothing any more are left alone, so that a step may be done again and its count says what went.
    """
    declaration = declarations()[label]
    if declaration.at_closing is GOES:
        return Statement(label, rows, tuple(declaration.personal), deletes=True, values={})
    more = {name: _in_place_of_words(label, name, value) for name, value in declaration.at_closing.items()}
    statement = _overwriting(
        label, declaration, rows, declaration.personal.keys(), now=now, ending_of=lambda field: field.closing
    )
    if statement is None:
        if not more:
            return None
        statement = Statement(label, rows, (), deletes=False, values={})
    if statement.deletes:
        return statement
    return replace(
        statement, rows=_not_yet_done(statement, declaration, tuple(more)), values={**statement.values, **more}
    )


def _in_place_of_words(label: str, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    field = apps.get_model(label)._meta.get_field(name)
    return Case(When(**{name: ""}, then=F(name)), default=Value(value), output_field=field)


def _not_yet_done(statement: Statement, declaration: Declaration, more: tuple[str, ...]) -> QuerySet[Any]:
    """The rows that still hold something, or do not say yet that they hold nothing."""
    model = apps.get_model(statement.label)
    left = Q(pk__in=[])
    for name in (*statement.fields, *more):
        left |= holds_something(name, model._meta.get_field(name))
    for name, value in declaration.with_it.items():
        if value is NOW and name in statement.values:
            left |= Q(**{f"{name}__isnull": True})
    return statement.rows.filter(left)


def blank_of(field: Field[Any, Any]) -> Any:
    """The empty value of a column."""
    return field.get_default() if field.has_default() else ""


def holds_something(name: str, field: Field[Any, Any]) -> Q:
    """Rows in which the column is neither NULL nor empty."""
    kept = Q(**{f"{name}__isnull": False})
    if field.is_relation or field.get_internal_type() in {"DateTimeField", "BooleanField", "GenericIPAddressField"}:
        return kept
    return kept if field.get_internal_type() == "BinaryField" else kept & ~Q(**{name: blank_of(field)})


def _concerned(declaration: Declaration, found: Found, *, by_account: bool) -> set[str]:
    whose = found.subject.concerns
    return {name for name, one in declaration.personal.items() if by_account or one.whose in whose}


def _overwriting(
    label: str,
    declaration: Declaration,
    rows: QuerySet[Any],
    theirs: Iterable[str],
    *,
    now: datetime,
    ending_of: EndingOf = lambda field: field.erasure,
) -> Statement | None:
    personal = declaration.personal
    ends = {name: ending_of(personal[name]) for name in theirs}
    going = tuple(name for name in personal if ends.get(name, Ending.KEEP) is not Ending.KEEP)
    if not going:
        return None
    # A row goes only when nobody else is spoken of in it.
    everything = set(personal) <= set(ends)
    if everything and Ending.DELETE_ROW in ends.values():
        return Statement(label, rows, going, deletes=True, values={})
    return Statement(
        label, rows, going, deletes=False, values=_values(label, declaration, going, ends, everything, now)
    )


def _values(
    label: str,
    declaration: Declaration,
    going: Iterable[str],
    ends: Mapping[str, Ending],
    everything: bool,
    now: datetime,
) -> dict[str, Any]:
    model = apps.get_model(label)
    values: dict[str, Any] = {
        name: None if ends[name] is Ending.NULL else blank_of(model._meta.get_field(name)) for name in going
    }
    for name, value in declaration.with_it.items():
        if value is NOW:
            # `anonymised_at` says that nothing is left, so it is not written for a part.
            if everything:
                values[name] = Coalesce(F(name), now)
        elif name in values or everything:
            values[name] = value
    return values


def _searching(
    label: str, declaration: Declaration, reached: QuerySet[Any] | None, found: Found, *, now: datetime
) -> Iterator[Statement]:
    """Free text that names the person, in rows that are about others or about nobody."""
    if not declaration.searched or not found.words or (reached is None and declaration.reached):
        return
    if reached is not None and found.subject.account_ids:
        return
    rows = manager_of(label) if reached is None else reached
    model = apps.get_model(label)
    for name in declaration.searched:
        blank = declaration.with_it.get(name, blank_of(model._meta.get_field(name)))
        naming = rows.filter(Mentions(name, found.words))
        yield Statement(label, naming, (name,), deletes=False, values={name: blank})
