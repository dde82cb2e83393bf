"""Writing many rows of one kind in one statement, and asking for many, each column as one array.

Django's `bulk_create` makes an object for each row and, for models with array or binary fields, a placeholder for each value:
measured at 60 to 150 microseconds a row, most of the time of a mass move. This is for rows that differ in a few columns only.
`in` makes a placeholder for each value too, and compiling those takes longer than finding the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models


def insert_rows(
    model: type[models.Model],
    *,
    same: Mapping[str, Any],
    each: Mapping[str, Sequence[Any]],
    returning: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Insert one row of `model` for each position of the equally long sequences in `each`; returns the `returning` columns.

    `same` are values that all rows share; a field in neither has its model's default. Fields go by their column-less names
    (`order_id` for a foreign key). An array is given as PostgreSQL's text for it, such as `{a,b}`. Database constraints
    hold as ever; `save` and signals are not called. Raises KeyError for a name that is no field.
    """
    lengths = {len(values) for values in each.values()}
    if len(lengths) != 1:
        raise ValueError("Every column needs a value for each row.")
    if not lengths.pop():
        return []
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    for name in (*same, *each):
        fields[name]
    quote = connection.ops.quote_name
    kinds = {name: str(field.db_type(connection)) for name, field in fields.items()}
    selected = [f"t.{quote(name)}::{kinds[name]}" if name in each else f"%s::{kinds[name]}" for name in fields]
    shared = [_value(field, same) for name, field in fields.items() if name not in each]
    arrays = ", ".join(f"%s::{_element(kinds[name])}[]" for name in each)
    # Every part is a name from the model's own declaration; values go as parameters.
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields.values())})"  # noqa: S608
        f" SELECT {', '.join(selected)} FROM unnest({arrays}) AS t ({', '.join(quote(name) for name in each)})"
    )
    if returning:
        statement += f" RETURNING {', '.join(quote(name) for name in returning)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*shared, *(list(values) for values in each.values())])
        return cursor.fetchall() if returning else []


def _value(field: models.Field[Any, Any], same: Mapping[str, Any]) -> Any:
    value = same[field.attname] if field.attname in same else field.get_default()
    return field.get_db_prep_save(value, connection)


def _element(kind: str) -> str:
    """The type of one value on its way: an array travels as text, and nothing is cut to a column's length unseen."""
    return "text" if kind.endswith("]") or "(" in kind else kind


def among(field: str, values: Iterable[Any]) -> models.Q:
    """The rows whose `field` (a lookup path) is one of `values`, which travel as one array; as `in` otherwise."""
    return models.Q(**{f"{field}__{_Among.lookup_name}": list(values)})


# A relation looks for lookups of its own only.
@models.ForeignObject.register_lookup
@models.Field.register_lookup
class _Among(models.Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        values: Any = [field.get_prep_value(value) for value in self.rhs]
        return f"{column} = ANY(%s::{_element(str(field.db_type(connection)))}[])", (*params, values)
