"""Puts the extract into the database: what it says of a place or provider replaces what an earlier extract said of it.

Everything here runs inside the transaction of the import. Places and providers that the extract does not name keep what
they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from verification.models import RegisterImport
from verification.register.contact_checks import Contact
from verification.register.erased import hold_listed_emails, without_erased

# A place by its location id, or a provider by its own: exactly one of the two is filled.
Key = tuple[str, str]

_CREATE = """
DROP TABLE IF EXISTS pg_temp.incoming_email, pg_temp.named, pg_temp.incoming_code, pg_temp.named_for_codes,
    pg_temp.incoming_site_code;
CREATE TEMPORARY TABLE incoming_email (email text, location_id text, provider_id text) ON COMMIT DROP;
CREATE TEMPORARY TABLE named (location_id text, provider_id text) ON COMMIT DROP;
CREATE TEMPORARY TABLE incoming_code (provider_id text, ods_code text) ON COMMIT DROP;
CREATE TEMPORARY TABLE named_for_codes (provider_id text) ON COMMIT DROP;
CREATE TEMPORARY TABLE incoming_site_code (location_id text, ods_code text) ON COMMIT DROP
"""
_HAD = """
SELECT DISTINCT e.location_id, e.provider_id FROM verification_listedemail e
UNION SELECT DISTINCT '', c.provider_id FROM verification_providercode c
UNION SELECT l.location_id, '' FROM verification_listing l WHERE l.site_ods_code_from_extract
"""
_DELETE_EMAILS = """
DELETE FROM verification_listedemail e USING named n
WHERE n.location_id = e.location_id AND n.provider_id = e.provider_id AND NOT EXISTS (
    SELECT FROM incoming_email i
    WHERE i.email = e.email AND i.location_id = e.location_id AND i.provider_id = e.provider_id
) RETURNING e.location_id, e.provider_id
"""
_INSERT_EMAILS = """
INSERT INTO verification_listedemail (email, location_id, provider_id, source_id)
SELECT i.email, i.location_id, i.provider_id, %(source)s FROM incoming_email i
WHERE NOT EXISTS (
    SELECT FROM verification_listedemail e
    WHERE e.email = i.email AND e.location_id = i.location_id AND e.provider_id = i.provider_id
) RETURNING location_id, provider_id
"""
_DELETE_CODES = """
DELETE FROM verification_providercode c USING named_for_codes n
WHERE n.provider_id = c.provider_id AND NOT EXISTS (
    SELECT FROM incoming_code i WHERE i.provider_id = c.provider_id AND i.ods_code = c.ods_code
) RETURNING '', c.provider_id
"""
_INSERT_CODES = """
INSERT INTO verification_providercode (provider_id, ods_code, source_id)
SELECT i.provider_id, i.ods_code, %(source)s FROM incoming_code i
WHERE NOT EXISTS (
    SELECT FROM verification_providercode c WHERE c.provider_id = i.provider_id AND c.ods_code = i.ods_code
) RETURNING '', provider_id
"""
# A code that CQC's own file gives stays; check_contact has refused the rows that say another.
_SITE_CODES = """
UPDATE verification_listing l
SET site_ods_code = i.ods_code, site_ods_code_from_extract = i.ods_code <> '', changed_at = %(now)s
FROM incoming_site_code i
WHERE i.location_id = l.location_id AND (l.site_ods_code = '' OR l.site_ods_code_from_extract)
AND l.site_ods_code <> i.ods_code
RETURNING l.location_id, ''
"""


class Written(NamedTuple):
    """Rows of the extract by what became of the place or provider that each speaks of."""

    new: int
    changed: int
    unchanged: int


def write_contacts(
    contacts: Sequence[Contact],
    *,
    has_site_codes: bool,
    has_head_office_codes: bool,
    source: RegisterImport,
    now: datetime,
) -> Written:
    """Replace addresses and codes of everything that `contacts` name; returns what became of each row."""
    values = {"source": source.pk, "now": now}
    hold_listed_emails()
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        _copy_emails(cursor, contacts)
        statements = [_DELETE_EMAILS, _INSERT_EMAILS]
        if has_head_office_codes:
            _copy_codes(cursor, contacts)
            statements += [_DELETE_CODES, _INSERT_CODES]
        if has_site_codes:
            _copy_site_codes(cursor, contacts)
            statements.append(_SITE_CODES)
        had = _keys(cursor, _HAD, values)
        touched: set[Key] = set()
        for statement in statements:
            touched |= _keys(cursor, statement, values)
    return _tell(contacts, had, touched)


def _copy_emails(cursor: Any, contacts: Sequence[Contact]) -> None:
    allowed = without_erased(email for contact in contacts for email in (*contact.emails, *contact.provider_emails))
    named: dict[Key, None] = {}
    emails: dict[tuple[str, str, str], None] = {}
    for contact in contacts:
        if contact.location_id:
            named[contact.location_id, ""] = None
            emails |= dict.fromkeys((email, contact.location_id, "") for email in contact.emails)
        if contact.speaks_of_provider:
            named["", contact.provider_id] = None
            emails |= dict.fromkeys((email, "", contact.provider_id) for email in contact.provider_emails)
    _copy(cursor, "incoming_email", (row for row in emails if row[0] in allowed))
    _copy(cursor, "named", named)


def _copy_codes(cursor: Any, contacts: Sequence[Contact]) -> None:
    codes = {(contact.provider_id, code): None for contact in contacts for code in contact.head_office_codes}
    # A place's row without a head-office code says nothing about its provider; a provider's own row does.
    named = dict.fromkeys(provider_id for provider_id, _ in codes)
    named |= dict.fromkeys(contact.provider_id for contact in contacts if not contact.location_id)
    _copy(cursor, "incoming_code", codes)
    _copy(cursor, "named_for_codes", ((provider_id,) for provider_id in named))


def _copy_site_codes(cursor: Any, contacts: Sequence[Contact]) -> None:
    codes: dict[str, str] = {}
    for contact in contacts:
        if contact.location_id:
            codes[contact.location_id] = contact.site_code or codes.get(contact.location_id, "")
    _copy(cursor, "incoming_site_code", codes.items())


def _copy(cursor: Any, table: str, rows: Iterable[tuple[str, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {table}")


def _keys(cursor: Any, sql: str, values: dict[str, Any]) -> set[Key]:
    cursor.execute(sql, values)
    return set(cursor.fetchall())


def _tell(contacts: Sequence[Contact], had: set[Key], touched: set[Key]) -> Written:
    new = changed = 0
    for contact in contacts:
        provider = ("", contact.provider_id)
        own = (contact.location_id, "") if contact.location_id else provider
        speaks = contact.speaks_of_provider or contact.head_office_codes
        if own in touched or (speaks and provider in touched):
            if own in had:
                changed += 1
            else:
                new += 1
    return Written(new, changed, len(contacts) - new - changed)
