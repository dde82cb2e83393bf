"""Loading an edition of the ONS Postcode Directory: whole or not at all, in memory that stays flat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction

from badgeportal.actor import Actor
from badgeportal.alone import alone_with
from badgeportal.audit.actions import record
from reports.audit_kinds import POSTCODES_LOADED
from reports.models import PostcodeEdition
from reports.places.directory import Directory, Place, read_names
from reports.places.refusal import DirectoryRefused

Progress = Callable[[str], None]
PROGRESS_EVERY = 500_000
# Rows go to the database in pieces of so many lines.
_PIECE = 5_000

_CREATE = """
DROP TABLE IF EXISTS pg_temp.incoming_postcode;
CREATE TEMPORARY TABLE incoming_postcode (postcode text, region text, authority text) ON COMMIT DROP
"""
_COPY = "COPY incoming_postcode (postcode, region, authority) FROM STDIN"
_TWICE = "SELECT postcode FROM incoming_postcode GROUP BY postcode HAVING count(*) > 1 ORDER BY postcode LIMIT 1"
_UPDATE = """
UPDATE reports_postcodeplace p SET region = i.region, authority = i.authority
FROM incoming_postcode i
WHERE i.postcode = p.postcode AND (p.region, p.authority) IS DISTINCT FROM (i.region, i.authority)
"""
_INSERT = """
INSERT INTO reports_postcodeplace (postcode, region, authority)
SELECT i.postcode, i.region, i.authority FROM incoming_postcode i
WHERE NOT EXISTS (SELECT FROM reports_postcodeplace p WHERE p.postcode = i.postcode)
"""
# A council lies where most of its postcodes do: a few of ONS's are assigned across a border.
_NAMES = """
INSERT INTO reports_areaname (code, name, region)
SELECT n.code, n.name, coalesce(lies.region, '')
FROM unnest(%(codes)s::text[], %(names)s::text[]) AS n (code, name)
LEFT JOIN (SELECT DISTINCT ON (authority) authority, region FROM incoming_postcode
    GROUP BY authority, region ORDER BY authority, count(*) DESC, region) AS lies ON lies.authority = n.code
WHERE lies.region IS NOT NULL OR n.code LIKE 'E12%%'
ON CONFLICT (code) DO UPDATE SET name = excluded.name, region = excluded.region
"""


class Counts(NamedTuple):
    """What became of the rows of an edition."""

    rows: int
    new: int
    changed: int
    unchanged: int
    elsewhere: int


def import_onspd(
    *,
    path: Path,
    actor: Actor,
    now: datetime,
    names: Iterable[Path] = (),
    edition: date | None = None,
    progress: Progress = lambda text: None,
) -> PostcodeEdition:
    """Take over every postcode of England from the directory `path` (ONS's zip, or the csv in it); returns the edition's record.

    `names` are further files of names of areas, for a csv that comes without its zip. Postcodes that an edition does not have
    stay: CQC and people use terminated ones for years. Raises DirectoryRefused, and then nothing was changed.
    """
    directory = Directory(path, edition=edition)
    called = directory.names()
    for file in names:
        with file.open("rb") as opened:
            found = read_names(opened)
        if not found:
            raise DirectoryRefused(
                f"{file.name} has no codes with names of councils or regions, such as LAD25CD and LAD25NM."
            )
        called |= found
    with alone_with("reports.places.import") as alone:
        if not alone:
            raise DirectoryRefused("Another import of the Postcode Directory is running. Wait until it has ended.")
        digest = _sha256(path)
        with transaction.atomic(durable=True):
            newest = PostcodeEdition.objects.newest()
            if newest is not None and directory.edition < newest:
                raise DirectoryRefused(f"The edition of {newest:%B %Y} is loaded, which is newer. Nothing was changed.")
            counts, named = _load(directory, called, progress)
            loaded = PostcodeEdition.objects.create(
                edition=directory.edition,
                file_name=path.name[:200],
                file_sha256=digest,
                names=named,
                actor=str(actor),
                loaded_at=now,
                **counts._asdict(),
            )
            record(kind=POSTCODES_LOADED, actor=actor, subject=loaded, now=now, names=named, **counts._asdict())
    return loaded


def _load(directory: Directory, called: dict[str, str], progress: Progress) -> tuple[Counts, int]:
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        taken = 0
        with cursor.copy(_COPY) as copy:
            for count, piece in _pieces(directory, progress):
                taken += count
                copy.write(piece)
        if not taken:
            raise DirectoryRefused("No postcode of the file lies in England. Nothing was changed.")
        progress(f"{directory.rows:,} rows read, {taken:,} of them in England; comparing")
        cursor.execute("ANALYZE incoming_postcode")
        cursor.execute(_TWICE)
        if twice := cursor.fetchone():
            raise DirectoryRefused(f"The postcode {twice[0]} is there twice. Nothing was changed.")
        cursor.execute(_UPDATE)
        changed = cursor.rowcount
        cursor.execute(_INSERT)
        new = cursor.rowcount
        cursor.execute(_NAMES, {"codes": list(called), "names": list(called.values())})
        named = cursor.rowcount
    counts = Counts(directory.rows, new, changed, taken - new - changed, directory.rows - taken)
    return counts, named


def _pieces(directory: Directory, progress: Progress) -> Iterator[tuple[int, str]]:
    """Lines for COPY, many at a time, with their number. Codes hold no tab and no backslash: they were checked."""
    lines: list[str] = []
    for row in directory.places():
        if row is not None:
            lines.append(_line(row))
            if len(lines) == _PIECE:
                yield len(lines), "".join(lines)
                lines = []
        if directory.rows % PROGRESS_EVERY == 0:
            progress(f"{directory.rows:,} rows read")
    yield len(lines), "".join(lines)


def _line(place: Place) -> str:
    return f"{place.postcode}\t{place.region}\t{place.authority}\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
