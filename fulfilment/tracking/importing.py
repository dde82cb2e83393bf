"""Reading in a tracking file: events of parcels, and the orders they move on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from django.db import connection, transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.bulk import insert_rows
from fulfilment.audit_kinds import TRACKING_IMPORTED
from fulfilment.models import Batch, Consignment, TrackingEvent, TrackingImport, TrackingRow
from fulfilment.references import parse_reference
from fulfilment.tracking.progress import move_orders_on
from fulfilment.tracking.reading import Problem, Row, TrackingFile, read_tracking_file
from orders.lifecycle import Who

# Any number will do, as long as nothing else in the portal takes an advisory lock of the same one.
TRACKING_LOCK = 74_206_302


@dataclass(slots=True)
class Sorted:
    """The readable rows of a file: `known` with their parcels, and problems of those that could not be used."""

    known: list[tuple[Row, Consignment]] = field(default_factory=list)
    unknown: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


@transaction.atomic(durable=True)
def import_tracking(
    *,
    content: bytes,
    file_name: str,
    actor: Actor,
    by: Who,
    now: datetime,
    progress: Callable[[int, str], None] = lambda rows, phase: None,
    written: Callable[[int], None] = lambda result_id: None,
) -> TrackingImport:
    """Read in the tracking file `content`, move orders on, and return the import with its counts and problem rows.

    The first event of a parcel whose batch is closed dispatches its order; then it is delivered or comes back. The order of
    rows does not matter and the same rows again change nothing. Raises TrackingFileRefused for what is no tracking
    file; then nothing is written. A fixed number of statements for each few thousand rows. `written` is called with the
    number of the import as the last thing in the transaction; what it raises undoes all.
    """
    found = read_tracking_file(content, now=now, progress=lambda rows: progress(rows, "reading the file"))
    read = len(found.rows) + found.failed
    progress(read, "waiting for another file to be done")
    _one_import_at_a_time()
    progress(read, "finding the parcels")
    rows = _sort(found)
    tracking_import = TrackingImport.objects.create(
        file_name=PurePath(file_name).name[:200],
        file_sha256=hashlib.sha256(content).hexdigest(),
        actor=str(actor),
        at=now,
        rows=len(found.rows) + found.failed,
        unknown=len(rows.unknown),
        failed=found.failed + len(rows.refused),
        repeated=len(rows.known),
    )
    progress(read, "moving orders on")
    new = _write_events(rows.known, tracking_import)
    notes = move_orders_on(new, actor=actor, by=by, now=now)
    _write_problems(tracking_import, [*found.problems, *rows.unknown, *rows.refused, *notes])
    tracking_import.new = len(new)
    tracking_import.repeated = len(rows.known) - len(new)
    tracking_import.save(update_fields=["new", "repeated"])
    counts = {name: getattr(tracking_import, name) for name in ("rows", "new", "repeated", "unknown", "failed")}
    record(kind=TRACKING_IMPORTED, actor=actor, subject=tracking_import, now=now, **counts)
    written(tracking_import.pk)
    return tracking_import


def _one_import_at_a_time() -> None:
    # Two files about the same parcel must see each other's events to know which was last. The wait is a second or two.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TRACKING_LOCK])


def _sort(found: TrackingFile) -> Sorted:
    by_reference, by_number = _parcels(found.rows)
    rows = Sorted()
    for row in found.rows:
        parcel = by_reference.get(parse_reference(row.reference) or "") if row.reference else by_number.get(row.number)
        if parcel is None:
            rows.unknown.append(_unknown(row))
        elif parcel.batch.state not in (Batch.State.CLOSED, Batch.State.SENT):
            reason = f"Its batch {parcel.batch_id} is {parcel.batch.state}, so DX should not have this parcel"
            rows.refused.append(Problem(row.row_number, "reference", parcel.reference, reason))
        else:
            rows.known.append((row, parcel))
    return rows


def _parcels(rows: Iterable[Row]) -> tuple[dict[str, Consignment], dict[str, Consignment]]:
    """The parcels that the rows speak of, by reference and by DX's number; their batches are locked first."""
    references = {reference for row in rows if (reference := parse_reference(row.reference))}
    numbers = {row.number for row in rows if not row.reference}
    wanted = Consignment.objects.named(references=references, numbers=numbers)
    # Nobody may send or cancel a batch while its parcels are moved on; batches before orders, as everywhere.
    batches = wanted.order_by().values("batch").distinct()
    list(Batch.objects.filter(pk__in=batches).order_by("pk").select_for_update().values("pk"))
    by_reference, by_number = {}, {}
    for parcel in wanted.select_related("batch").order_by("pk"):
        by_reference[parcel.reference] = parcel
        if parcel.dx_number:
            by_number[parcel.dx_number] = parcel
    return by_reference, by_number


def _unknown(row: Row) -> Problem:
    if not row.reference:
        return Problem(
            row.row_number, "consignment number", row.number, "We have no parcel with this consignment number"
        )
    if parse_reference(row.reference) is None:
        return Problem(row.row_number, "reference", row.reference[:100], "This is not one of our references")
    return Problem(row.row_number, "reference", row.reference[:100], "We have no parcel with this reference")


def _write_events(
    known: list[tuple[Row, Consignment]], tracking_import: TrackingImport
) -> list[tuple[Row, Consignment]]:
    """Write the events that are not there yet; returns their rows."""
    parcels = {parcel.pk for _, parcel in known}
    there = set(TrackingEvent.objects.filter(consignment__in=parcels).values_list("consignment", "kind", "at"))
    new = []
    for row, parcel in known:
        key = (parcel.pk, str(row.kind), row.at)
        if key not in there:
            there.add(key)
            new.append((row, parcel))
    insert_rows(
        TrackingEvent,
        same={"source_id": tracking_import.pk},
        each={
            "consignment_id": [parcel.pk for _, parcel in new],
            "kind": [str(row.kind) for row, _ in new],
            "at": [row.at for row, _ in new],
        },
    )
    return new


def _write_problems(tracking_import: TrackingImport, problems: list[Problem]) -> None:
    TrackingRow.objects.bulk_create(
        (
            TrackingRow(
                tracking_import=tracking_import,
                row_number=problem.row_number,
                column=problem.column,
                value=problem.value,
                reason=problem.reason,
            )
            for problem in problems
        ),
        batch_size=2000,
    )
