"""After a test that commits: the tables are emptied, and the rows that migrations wrote come back whole tables at a time.

Django cuts every table to nothing, most of which were empty, and makes new files for each and all its indexes; then it saves
each row by itself, some 250 with two statements each. Either takes half a second for every such test.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg import sql

_MANY_BYTES = 4_000_000


class QuickEmptying(DatabaseOperations):
    """Empties only tables that hold something, and cuts to nothing only those that hold much.

    As TRUNCATE does, it waits for those who are still writing, and passes over foreign keys and over triggers that keep rows from
    being deleted; who may not pass over them, on a server of their own, gets TRUNCATE.
    """

    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        """One statement, as Django's own. `tables` are names; `options` are Django's, and none of them is asked for in tests."""
        names = ", ".join(f"'{self.quote_name(table)}'" for table in tables)
        locked = ", ".join(self.quote_name(table) for table in tables)
        (truncate,) = super().sql_flush(style, tables, **options)
        return [
            f"""DO $$
            DECLARE name text;
            BEGIN
                BEGIN
                    SET LOCAL session_replication_role = replica;
                EXCEPTION WHEN insufficient_privilege THEN
                    {truncate}
                    RETURN;
                END;
                LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE;
                FOREACH name IN ARRAY ARRAY[{names}] LOOP
                    IF pg_relation_size(name::regclass) > {_MANY_BYTES} THEN
                        EXECUTE 'TRUNCATE ' || name || ' CASCADE';
                    ELSIF pg_relation_size(name::regclass) > 0 THEN
                        EXECUTE 'DELETE FROM ' || name;
                    END IF;
                END LOOP;
            END $$"""
        ]


class TableCopies(DatabaseCreation):
    """Keeps the rows as PostgreSQL's own text, table by table."""

    rows: dict[str, bytes] = {}

    def deserialize_db_from_string(self, data: str) -> None:
        """Put the rows back in one transaction, at whose end foreign keys are checked; triggers run as for any row.

        Where the tables are as migrations left them nothing is done. Where they hold something else, Django's own way
        through `data` puts each row right.
        """
        now = {table: _text(self.connection, table) for table in self.rows}
        if now == self.rows:
            return
        if any(now.values()):
            super().deserialize_db_from_string(data)
            return
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            for table, text in self.rows.items():
                with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                    copy.write(text)


def keep_rows_of_migrations() -> None:
    """Note what the tables hold now, and let every connection to the test's database put back just that, on emptied tables."""
    connection = connections["default"]
    type(connection).ops_class = QuickEmptying
    connection.ops = QuickEmptying(connection)
    TableCopies.rows = {name: text for name in _tables(connection) if (text := _text(connection, name))}
    type(connection).creation_class = TableCopies
    connection.creation = TableCopies(connection)


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables that are emptied after a test that commits."""
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _text(connection: BaseDatabaseWrapper, table: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy,
    ):
        return b"".join(bytes(part) for part in copy)
