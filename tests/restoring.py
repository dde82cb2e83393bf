"""The rows that migrations wrote, put back after a test that commits: whole tables at a time.

Django saves each of them by itself, some 250 with two statements each, which takes half a second for every such test.
"""

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.creation import DatabaseCreation
from psycopg import sql


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
    """Note what the tables hold now, and let every connection to the test's database put back just that."""
    connection = connections["default"]
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
