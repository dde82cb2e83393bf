"""Writing rows by the million: one INSERT ... SELECT for each table, with the model's own defaults for what is not named."""

from __future__ import annotations

from typing import Any

from django.db import connection, models


def insert_from(model: type[models.Model], source: str, values: dict[str, Any] | None = None, **columns: str) -> int:
    """Insert a row of `model` for each row of the SQL `source`; returns how many.

    `columns` gives SQL for each field by its attribute's name (`order_id` for a foreign key); a field that is not named has
    the default of its model, and a key that is not named its next number. `values` are the parameters of the SQL. Every
    constraint and trigger of the database holds as ever.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for name in columns:
        fields[name]
    wanted = {name: field for name, field in fields.items() if name in columns or not field.primary_key}
    parameters = dict(values or {})
    selected = []
    for name, field in wanted.items():
        if name in columns:
            selected.append(columns[name])
            continue
        parameters[f"default_{name}"] = field.get_db_prep_save(field.get_default(), connection)
        selected.append(f"%(default_{name})s::{field.db_type(connection)}")
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in wanted.values())
    statement = f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(selected)} {source}"
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
