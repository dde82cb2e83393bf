"""From live data to figures that may be shown. True figures never leave this module's hands but for disclosure control."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from reports.disclosure.history import history_of
from reports.disclosure.protecting import protect
from reports.disclosure.shapes import ProtectedTable
from reports.measures.catalogue import TABLES
from reports.measures.cohort import laid_out_once
from reports.measures.shapes import RawCell, Table
from reports.periods import Period
from reports.places.areas import areas
from reports.snapshots.deriving import with_derived

Raw = list[tuple[Table, Period, Sequence[RawCell]]]


def compute(monday: date) -> list[ProtectedTable]:
    """Every table of the week that begins on `monday`, and of the four weeks that end with it, as it may be published."""
    with transaction.atomic(durable=True), laid_out_once():
        raw = read(monday)
        history = history_of(raw)
        regions = dict(areas().region_of)
    return with_derived(protect(raw, history, regions=regions), history)


def read(monday: date) -> Raw:
    """The true figures of each table whose period ends with the week. Each period's orders are read once."""
    found: Raw = []
    for table in TABLES:
        period = Period.ending_with_week(monday, table.period)
        if period is not None:
            found.append((table, period, list(table.query(period))))
    return found
