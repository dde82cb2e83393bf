"""Puts checked listings into the database: COPY into a temporary table, then only the rows that differ are touched.

Everything here runs inside the transaction of the import; whoever fails to finish leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from verification.models import RegisterImport
from verification.register.checks import IncomingListing
from verification.register.values import RowProblem, kept_value

# What is compared and overwritten. The site code is apart: see _CODE.
_PLAIN = tuple(column for column in IncomingListing._fields if column not in ("location_id", "site_ods_code"))
# An empty code in CQC's file does not wipe one that the contact extract gave.
_KEEPS_CODE = "(i.site_ods_code = '' AND l.site_ods_code_from_extract)"
_CODE = f"CASE WHEN {_KEEPS_CODE} THEN l.site_ods_code ELSE i.site_ods_code END"

_CREATE = f"""
DROP TABLE IF EXISTS pg_temp.incoming_listing;
CREATE TEMPORARY TABLE incoming_listing ON COMMIT DROP AS
SELECT {", ".join(IncomingListing._fields)} FROM verification_listing WITH NO DATA
"""
_COPY = f"COPY incoming_listing ({', '.join(IncomingListing._fields)}) FROM STDIN"
_UPDATE = f"""
UPDATE verification_listing l
SET {", ".join(f"{column} = i.{column}" for column in _PLAIN)}, site_ods_code = {_CODE},
    site_ods_code_from_extract = {_KEEPS_CODE}, status = 'active', closed_at = NULL, source_id = %(source)s,
    changed_at = %(now)s
FROM incoming_listing i
WHERE i.location_id = l.location_id AND (
    l.status <> 'active' OR l.site_ods_code_from_extract <> {_KEEPS_CODE}
    OR (l.site_ods_code, {", ".join(f"l.{column}" for column in _PLAIN)})
       IS DISTINCT FROM ({_CODE}, {", ".join(f"i.{column}" for column in _PLAIN)})
)
"""
_INSERT = f"""
INSERT INTO verification_listing (
    {", ".join(IncomingListing._fields)}, site_ods_code_from_extract, status, source_id, changed_at
)
SELECT {", ".join(f"i.{column}" for column in IncomingListing._fields)}, false, 'active', %(source)s, %(now)s
FROM incoming_listing i
WHERE NOT EXISTS (SELECT FROM verification_listing l WHERE l.location_id = i.location_id)
"""
# A row that could not be taken still says that the place is on the register.
_GONE = """
l.status = 'active' AND NOT l.location_id = ANY(%(named)s)
AND NOT EXISTS (SELECT FROM incoming_listing i WHERE i.location_id = l.location_id)
"""
_CLOSE = f"""
UPDATE verification_listing l SET status = 'closed', closed_at = %(now)s, changed_at = %(now)s, source_id = %(source)s
WHERE {_GONE}
"""
# Two questions and not one with FILTER: there PostgreSQL would look through the whole file once for each listing.
_COUNT = f"""
SELECT (SELECT count(*) FROM verification_listing l WHERE {_GONE}),
       (SELECT count(*) FROM verification_listing l WHERE l.status = 'active')
"""


class Closures(NamedTuple):
    would_close: int
    active: int


def copy_listings(listings: Iterable[IncomingListing]) -> int:
    """COPY `listings` into a temporary table that lives as long as the transaction; returns how many."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        with cursor.copy(_COPY) as copy:
            for listing in listings:
                copy.write_row(listing)
                count += 1
        cursor.execute("ANALYZE incoming_listing")
    return count


def count_closures(*, named: Collection[str]) -> Closures:
    """How many active listings the copied file no longer has, of how many. `named`: ids of rows that could not be taken."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"named": list(named)})
        return Closures(*cursor.fetchone())


def update_listings(*, source: RegisterImport, now: datetime) -> int:
    """Overwrite the listings that differ from the copied file, reopening closed ones; returns how many."""
    return _rows_touched(_UPDATE, {"source": source.pk, "now": now})


def insert_listings(*, source: RegisterImport, now: datetime) -> int:
    """Add the listings of the copied file that the register does not have; returns how many."""
    return _rows_touched(_INSERT, {"source": source.pk, "now": now})


def close_listings(*, source: RegisterImport, named: Collection[str], now: datetime) -> int:
    """Close the active listings that the file no longer has; returns how many."""
    return _rows_touched(_CLOSE, {"source": source.pk, "named": list(named), "now": now})


def compare_by_hashing() -> None:
    """Keep the planner from comparing the file with a table row by row, for the rest of the transaction.

    It does so when its statistics say that the table is empty, after a TRUNCATE or on a new server. The rows that are being
    inserted are then walked over again for each row of the file: minutes instead of a second.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def analyse() -> None:
    """Tell the planner at once what the tables now hold; the next thing to run compares every open check with them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE verification_listing, verification_listedemail, verification_providercode")


def copy_failed_rows(problems: Iterable[RowProblem], *, source: RegisterImport) -> None:
    """Keep what was wrong with each row that was left out, without the addresses in it."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            'COPY verification_failedrow (register_import_id, row_number, "column", value, reason) FROM STDIN'
        ) as copy,
    ):
        for problem in problems:
            copy.write_row(
                (source.pk, problem.row_number, problem.column[:120], kept_value(problem.value), problem.reason[:300])
            )


def _rows_touched(sql: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
