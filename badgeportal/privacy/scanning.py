"""Reads everything the database has and reports where something looks like personal data, never what it is.

Tables and columns come from PostgreSQL's catalog and not from the models, so a table that everybody forgot is read too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from badgeportal.privacy.recognising import KnownValues, Looks, looks, text_of

# What cannot hold a word. Every other type is read, also one that an extension brings.
_WORDLESS = (
    "bool", "int2", "int4", "int8", "float4", "float8", "numeric", "money", "date", "time", "timetz", "timestamp", "timestamptz",
    "interval", "uuid", "oid", "tid", "xid", "cid", "pg_lsn",
)  # fmt: skip
_COLUMNS = """
    SELECT n.nspname, c.relname, a.attname, base.typname = 'bytea'
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type base ON base.oid = COALESCE(NULLIF(t.typbasetype, 0), t.oid)
    WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'
      AND base.typname <> ALL(%s)
    ORDER BY n.nspname, c.relname, a.attnum
"""
_ROWS_AT_ONCE, _ROWS_WITH_BYTES = 1000, 20


@dataclass(frozen=True, slots=True)
class Finding:
    """So many values of one column (or key, or file) look like something. The values themselves are nowhere kept."""

    place: str
    column: str
    looks: Looks
    values: int

    def __str__(self) -> str:
        return f"{self.place} {self.column}: {self.values} x {self.looks.value}"


@dataclass(slots=True)
class ScanResult:
    """What a scan read, and what it found. `allowed` was found too, in columns or of addresses that the caller named."""

    places: set[str] = field(default_factory=set)
    columns: int = 0
    values: int = 0
    counts: Counter[tuple[str, str, Looks]] = field(default_factory=Counter)
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self._all() if not self._may_stay(one))

    @property
    def allowed(self) -> tuple[Finding, ...]:
        return tuple(one for one in self._all() if self._may_stay(one))

    @property
    def clean(self) -> bool:
        return not self.findings

    def note(self, place: str, column: str, found: Iterable[Looks]) -> None:
        self.values += 1
        for one in found:
            self.counts[place, column, one] += 1

    def as_dict(self) -> dict[str, Any]:
        """For a certificate: numbers and names of columns only."""
        return {
            "places": len(self.places),
            "columns": self.columns,
            "values": self.values,
            "findings": [_told(one) for one in self.findings],
            "allowed": [_told(one) | {"why": self._why(one)} for one in self.allowed],
        }

    def _all(self) -> list[Finding]:
        ordered = sorted(self.counts.items(), key=lambda one: (one[0][0], one[0][1], one[0][2].name))
        return [Finding(*key, values=count) for key, count in ordered]

    def _may_stay(self, one: Finding) -> bool:
        return bool(self._why(one))

    def _why(self, one: Finding) -> str:
        if one.looks is Looks.ROLE:
            return "a role address that was named beforehand"
        return self.reasons.get(f"{one.place}.{one.column}", "")


def scan_database(
    connection: BaseDatabaseWrapper,
    *,
    known: KnownValues,
    allowed: Mapping[str, str] | None = None,
    role_addresses: Iterable[str] = (),
) -> ScanResult:
    """Read every column of every table that can hold a word, in one snapshot and in flat memory.

    `known`: values made into digests beforehand. `allowed`: columns (`public.table.column`) whose findings may stay, with the
    reason of each; they are read and counted all the same. `role_addresses`: mailboxes that may stay wherever they stand.
    """
    result = ScanResult(reasons=allowed or {})
    roles = frozenset(address.strip().casefold() for address in role_addresses)
    with transaction.atomic(using=connection.alias):
        for schema, table, columns in _tables(connection):
            place = f"{schema}.{table}"
            result.places.add(place)
            result.columns += len(columns)
            for row in _rows(connection, schema, table, columns):
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        result.note(place, column, looks(text_of(value), known=known, role_addresses=roles))
    return result


def _tables(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str, dict[str, bool]]]:
    """(schema, table, its columns with whether each is of bytes)."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [list(_WORDLESS)])
        rows = cursor.fetchall()
    tables: dict[tuple[str, str], dict[str, bool]] = {}
    for schema, table, column, is_bytes in rows:
        tables.setdefault((schema, table), {})[column] = is_bytes
    for (schema, table), columns in tables.items():
        yield schema, table, columns


def _rows(
    connection: BaseDatabaseWrapper, schema: str, table: str, columns: Mapping[str, bool]
) -> Iterator[tuple[Any, ...]]:
    quote = connection.ops.quote_name
    wanted = ", ".join(quote(name) if is_bytes else f"{quote(name)}::text" for name, is_bytes in columns.items())
    # A cursor of the server: rows come by the piece, however many there are.
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {wanted} FROM {quote(schema)}.{quote(table)}")  # noqa: S608 - names of the catalog, quoted
        while rows := cursor.fetchmany(_ROWS_WITH_BYTES if any(columns.values()) else _ROWS_AT_ONCE):
            yield from rows


def _told(one: Finding) -> dict[str, str | int]:
    return {"place": one.place, "column": one.column, "looks_like": one.looks.value, "values": one.values}
