"""A new version's tables can be made while the old version serves pages."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.house.migration_faults import UNUSED_SINCE, faults_of
from tests.house.test_wiring import OURS

# The last migration of each app in the first version that runs for real. Until then there is no version before: a change to
# the tables that comes earlier moves the number.
FIRST_RELEASE = {
    "accounts": 13,
    "audit": 2,
    "fulfilment": 6,
    "orders": 13,
    "outbox": 2,
    "privacy": 2,
    "reports": 2,
    "uploads": 1,
    "verification": 6,
    "watch": 2,
}
SHOP = "shop"
AMOUNT = models.CheckConstraint(condition=models.Q(amount__gt=0), name="amount_above_zero")
INDEX = models.Index(fields=["amount"], name="by_amount")


def ours() -> set[str]:
    return {*OURS, "audit", "outbox", "privacy", "uploads", "watch"} - {"badgeportal"}


@pytest.mark.django_db
def test_no_migration_after_the_first_release_stops_the_version_before() -> None:
    loader = MigrationLoader(connection)
    later = {
        (app, name): migration
        for (app, name), migration in loader.disk_migrations.items()
        if app in ours() and int(name[:4]) > FIRST_RELEASE[app]
    }

    found = {}
    for key, migration in later.items():
        # A swappable model is named by the first migration of its app.
        named = [loader.check_key(needed, key[0]) for needed in migration.dependencies]
        before = loader.project_state(named) if named else ProjectState()
        found[key] = faults_of(migration, before)

    assert {key: faults for key, faults in found.items() if faults} == {}


def test_every_app_has_a_first_release_that_exists() -> None:
    disk = MigrationLoader(None).disk_migrations
    assert FIRST_RELEASE.keys() == ours() == {app for app, _ in disk} & ours()
    assert all(
        any(name.startswith(f"{number:04}_") and app == of for of, name in disk)
        for app, number in FIRST_RELEASE.items()
    )


def judged(monkeypatch: pytest.MonkeyPatch, *operations: Any, told: str = "") -> list[str]:
    """The faults of a migration with these operations, on a shop that has orders."""
    module = ModuleType("a_migration", told)
    monkeypatch.setitem(__import__("sys").modules, "a_migration", module)
    migration = type(
        "Migration", (migrations.Migration,), {"__module__": "a_migration", "operations": list(operations)}
    )
    before = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("amount", models.IntegerField(null=True))]
    before.add_model(ModelState(SHOP, "Order", [*fields, ("name", models.CharField(max_length=20))]))
    return faults_of(migration("0002_x", SHOP), before)


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        (migrations.AddField("order", "note", models.TextField(default="")), "writes rows without this column"),
        (migrations.AddField("order", "note", models.TextField(null=True, db_index=True)), "index is made"),
        (migrations.AddField("order", "of", models.ForeignKey("order", models.CASCADE, null=True)), "index is made"),
        (migrations.AlterField("order", "amount", models.IntegerField()), "every row is looked at"),
        (migrations.AlterField("order", "amount", models.TextField(null=True)), "written anew"),
        (migrations.AlterField("order", "name", models.CharField(max_length=10)), "written anew"),
        (migrations.AlterField("order", "name", models.CharField(max_length=20, unique=True)), "index is made"),
        (migrations.AddIndex("order", INDEX), "AddIndexConcurrently"),
        (migrations.AddConstraint("order", AMOUNT), "AddConstraintNotValid"),
        (migrations.RenameField("order", "amount", "total"), "old name"),
        (migrations.RenameModel("Order", "Purchase"), "old name"),
        (migrations.RemoveField("order", "amount"), UNUSED_SINCE),
        (migrations.DeleteModel("Order"), UNUSED_SINCE),
        (migrations.RunSQL("SELECT 1"), "docstring"),
        (
            migrations.SeparateDatabaseAndState(database_operations=[migrations.AddIndex("order", INDEX)]),
            "AddIndexConcurrently",
        ),
    ],
    ids=str,
)
def test_what_would_stop_it_is_seen(monkeypatch: pytest.MonkeyPatch, operation: Any, fault: str) -> None:
    [told] = judged(monkeypatch, operation)
    assert fault in told


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("order", "note", models.TextField(null=True)),
        migrations.AddField("order", "note", models.TextField(db_default="")),
        migrations.AlterField("order", "name", models.CharField(max_length=40)),
        migrations.AlterField("order", "name", models.CharField(max_length=20, verbose_name="first name")),
        AddIndexConcurrently("order", INDEX),
        AddConstraintNotValid("order", AMOUNT),
        migrations.AlterModelOptions("order", {"verbose_name": "purchase"}),
    ],
    ids=str,
)
def test_what_it_bears_is_let_through(monkeypatch: pytest.MonkeyPatch, operation: Any) -> None:
    assert judged(monkeypatch, operation) == []


def test_a_table_that_the_same_migration_makes_may_have_what_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [("id", models.BigAutoField(primary_key=True)), ("amount", models.IntegerField())]
    new = migrations.CreateModel("Refund", fields)
    assert judged(monkeypatch, new, migrations.AddIndex("refund", INDEX)) == []


def test_a_removal_and_a_change_of_rows_may_come_with_their_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    told = f"{UNUSED_SINCE} version 3."
    assert judged(monkeypatch, migrations.RemoveField("order", "amount"), told=told) == []
    assert judged(monkeypatch, migrations.RunSQL("SELECT 1"), told="Counts once more.") == []


def test_rows_are_not_changed_under_the_lock_of_a_changed_table(monkeypatch: pytest.MonkeyPatch) -> None:
    column = migrations.AddField("order", "note", models.TextField(null=True))
    [told] = judged(monkeypatch, column, migrations.RunSQL("SELECT 1"), told="Fills it.")
    assert "rows are changed" in told
    proven = ValidateConstraint("order", "amount_above_zero")
    assert judged(monkeypatch, AddConstraintNotValid("order", AMOUNT), proven) == []
