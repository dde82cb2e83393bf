"""What would make a page of the running version wait or fail while a migration is applied.

The rules are those of docs/decisions/migrations-without-a-pause.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

# A removal says in the migration's docstring since when nobody reads or writes what goes.
UNUSED_SINCE = "Unused since"
_RENAMES = (migrations.RenameField, migrations.RenameModel, migrations.AlterModelTable)
_REMOVALS = (migrations.RemoveField, migrations.DeleteModel)
_BY_HAND = (migrations.RunPython, migrations.RunSQL)


def faults_of(migration: Any, before: ProjectState) -> list[str]:
    """A sentence for each operation of `migration` that the version before could not bear; `before` is the state it meets."""
    told = sys.modules[type(migration).__module__].__doc__ or ""
    new: set[str] = set()
    found: list[str] = []
    state = before.clone()
    operations = list(_flat(migration.operations))
    for operation in operations:
        if isinstance(operation, migrations.CreateModel):
            new.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")) not in new:
            found += _faults(operation, state, migration.app_label, told)
        operation.state_forwards(migration.app_label, state)
    if any(isinstance(one, _BY_HAND) for one in operations) and len(operations) > 1:
        found.append("rows are changed in the transaction that holds the lock of a changed table")
    return found


def _flat(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from operation.database_operations
        else:
            yield operation


def _faults(operation: Operation, state: ProjectState, app: str, told: str) -> list[str]:
    match operation:
        case migrations.AddField(field=field):
            return _new_column(field)
        case migrations.AlterField(field=field):
            model = state.models[app, operation.model_name_lower]
            return _changed_column(model.fields[operation.name], field)
        case migrations.AddIndex() if not isinstance(operation, AddIndexConcurrently):
            return ["an index is made while writers wait: AddIndexConcurrently"]
        case migrations.AddConstraint() if not isinstance(operation, AddConstraintNotValid):
            return ["a constraint is proven while writers wait: AddConstraintNotValid, then ValidateConstraint"]
        case operation if isinstance(operation, _RENAMES):
            return ["the version before still asks for the old name: add, copy, remove"]
        case operation if isinstance(operation, _REMOVALS) and UNUSED_SINCE not in told:
            return [f"the version before may still ask for it: say '{UNUSED_SINCE} ...' in the docstring"]
        case operation if isinstance(operation, _BY_HAND) and not told:
            return ["a docstring must say what it does and why it may run beside the version before"]
    return []


def _new_column(field: Field[Any, Any]) -> list[str]:
    if isinstance(field, models.ManyToManyField):
        return []
    found = []
    if not field.null and field.db_default is NOT_PROVIDED:
        found.append("the version before writes rows without this column: null=True or db_default")
    if field.unique or field.db_index:
        found.append("its index is made while writers wait: db_index=False, then AddIndexConcurrently")
    return found


def _changed_column(old: Field[Any, Any], new: Field[Any, Any]) -> list[str]:
    found = []
    if old.null and not new.null:
        found.append("every row is looked at while everybody waits: a NOT VALID check first")
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        found.append("an index is made while writers wait: AddIndexConcurrently")
    if not (_wider(old, new) or old.db_parameters(connection)["type"] == new.db_parameters(connection)["type"]):
        found.append("the whole table is written anew: add a column, copy, remove the old one")
    return found


def _wider(old: Field[Any, Any], new: Field[Any, Any]) -> bool:
    both = isinstance(old, models.CharField) and isinstance(new, models.CharField | models.TextField)
    return both and (new.max_length is None or (old.max_length is not None and new.max_length >= old.max_length))
