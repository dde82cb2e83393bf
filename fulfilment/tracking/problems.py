"""The rows of a tracking file that need a look, as a file for a spreadsheet."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.staff_csv import staff_csv
from fulfilment.audit_kinds import TRACKING_PROBLEMS_DOWNLOADED
from fulfilment.models import TrackingImport

HEADING = ("Row", "Column", "Value", "What is wrong")


@transaction.atomic(durable=True)
def download_problems(*, tracking_import: TrackingImport, actor: Actor, now: datetime) -> bytes:
    """Every problem row with its number, column, value and reason, and the audit event of the download."""
    rows = list(tracking_import.problem_rows.values_list("row_number", "column", "value", "reason"))
    record(kind=TRACKING_PROBLEMS_DOWNLOADED, actor=actor, subject=tracking_import, now=now, rows=len(rows))
    return staff_csv([HEADING, *rows])
