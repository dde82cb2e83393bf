"""What an import would do, found by doing it and taking it back: the counts are those of the import because it is the import.

Nothing of it can be seen from outside, and nothing is left. It has to be called while the register is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from badgeportal.actor import Actor
from verification.models import RegisterImport
from verification.register import importing, writing
from verification.register.contacts import ContactFile
from verification.register.hsca import HscaFile
from verification.register.importing import Progress
from verification.register.runs import new_import, one_at_a_time
from verification.register.values import RowProblem

SAMPLE = 10
# What is shown of a change; codes, names and places are CQC's own publication.
_SHOWN = ("name", "site_ods_code", "postcode", "town", "local_authority", "region", "care_home", "beds", "dormant")
_WHAT = " || ".join(
    f"CASE WHEN l.{column} IS DISTINCT FROM b.{column} THEN "
    f"'{column.replace('_', ' ')}: ' || coalesce(b.{column}::text, '') || ' to ' || coalesce(l.{column}::text, '') || '; '"
    " ELSE '' END"
    for column in _SHOWN
)
_KEEP = f"""
DROP TABLE IF EXISTS pg_temp.before_import;
CREATE TEMPORARY TABLE before_import ON COMMIT DROP AS
SELECT id, location_id, status, {", ".join(_SHOWN)} FROM verification_listing;
ANALYZE before_import
"""
_CHANGES = f"""
(SELECT 'closed', l.location_id, l.name, '' FROM verification_listing l JOIN before_import b USING (id)
 WHERE l.status = 'closed' AND b.status <> 'closed' ORDER BY l.location_id LIMIT %(most)s)
UNION ALL
(SELECT 'changed', l.location_id, l.name, {_WHAT} FROM verification_listing l JOIN before_import b USING (id)
 WHERE l.source_id = %(source)s AND l.status <> 'closed' ORDER BY l.location_id LIMIT %(most)s)
UNION ALL
(SELECT 'new', l.location_id, l.name, l.postcode FROM verification_listing l
 WHERE l.source_id = %(source)s AND NOT EXISTS (SELECT FROM before_import b WHERE b.id = l.id)
 ORDER BY l.location_id LIMIT %(most)s)
UNION ALL
(SELECT DISTINCT 'changed', coalesce(nullif(e.location_id, ''), e.provider_id), '', 'email addresses'
 FROM verification_listedemail e WHERE e.source_id = %(source)s ORDER BY 2 LIMIT %(most)s)
"""
# Whatever changes the register changes one of these.
_STATE = """
SELECT (SELECT concat(max(id), ' ', count(*)) FROM verification_registerimport WHERE state = 'done'),
       (SELECT concat(count(*), ' ', max(changed_at)) FROM verification_listing),
       (SELECT concat(count(*), ' ', max(id)) FROM verification_listedemail),
       (SELECT concat(count(*), ' ', max(id)) FROM verification_providercode)
"""
_NAMES = ("rows", "new", "changed", "unchanged", "closed", "out_of_scope", "failed")


def register_state() -> str:
    """A text that is the same as long as nothing was written to the register."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return " | ".join(str(value) for value in cursor.fetchone())


def preview_import(
    *, kind: RegisterImport.Kind, path: Path, actor: Actor, now: datetime, progress: Progress
) -> dict[str, Any]:
    """What importing the file at `path` would do: counts, a sample of changes and of failed rows, and what is unusual.

    Raises as the import does (WrongFile, ImportRunning), but not for closures: those are told under `unusual`.
    """
    with one_at_a_time(), transaction.atomic(durable=True):
        state = register_state()
        with connection.cursor() as cursor:
            cursor.execute(_KEEP)
        trial = new_import(kind=kind, path=path, actor=actor, now=now)
        active = _active()
        problems = _do(kind, path, trial, actor=actor, now=now, progress=progress)
        found = {
            "counts": [[name.replace("_", " "), getattr(trial, name)] for name in _NAMES],
            "note": trial.message,
            "unusual": _unusual(trial.closed, active),
            "sample": _sample(trial),
            "failed_rows": [[row.row_number, row.column, row.reason] for row in problems[:SAMPLE]],
            "register": state,
        }
        transaction.set_rollback(True)
    return found


def _do(
    kind: RegisterImport.Kind, path: Path, trial: RegisterImport, *, actor: Actor, now: datetime, progress: Progress
) -> Sequence[RowProblem]:
    if kind == RegisterImport.Kind.HSCA:
        hsca = HscaFile(path)
        importing.load_hsca(hsca, trial, actor=actor, now=now, accept_closures=True, progress=progress)
        return hsca.problems
    extract = ContactFile(path)
    contacts = importing.read_contacts(extract, progress=progress)
    importing.load_contacts(extract, contacts, trial, actor=actor, now=now)
    return extract.problems


def _active() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM verification_listing WHERE status = 'active'")
        return int(cursor.fetchone()[0])


def _unusual(closed: int, active: int) -> str:
    if closed * 100 <= active * settings.IMPORT_CLOSURE_LIMIT_PERCENT:
        return ""
    return (
        f"The file would close {closed:,} of {active:,} listings, more than {settings.IMPORT_CLOSURE_LIMIT_PERCENT:g}%."
        " I have checked that it is complete and the right edition"
    )


def _sample(trial: RegisterImport) -> list[list[str]]:
    writing.compare_by_hashing()
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, {"source": trial.pk, "most": SAMPLE})
        rows = cursor.fetchall()
    news = {location for change, location, *_ in rows if change == "new"}
    # A listing that was not there before is new and not changed.
    return [list(row) for row in rows if row[0] != "changed" or row[1] not in news]
