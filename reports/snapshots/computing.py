"""From live data to figures that may be shown. True figures never leave this module's hands but for disclosure control."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from reports.disclosure.history import history_for
from reports.disclosure.protecting import protect
from reports.disclosure.shapes import ProtectedTable
from reports.measures.catalogue import TABLES, table
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
        history = history_for(monday, raw=true_figures, codes=[each.code for each, _, _ in raw])
        regions = dict(areas().region_of)
    return with_derived(protect(raw, history, regions=regions), history)


def read(monday: date) -> Raw:
    """The true figures of each table whose period ends with the week. Each period's orders are read once."""
    found: Raw = []
    for each in TABLES:
        period = Period.ending_with_week(monday, each.period)
        if period is not None:
            found.append((each, period, list(each.query(period))))
    return found


def true_figures(code: str, period: Period) -> list[RawCell]:
    """What the table `code` counts for `period` today: how large the cells are that were hidden when it was published."""
    return list(table(code).query(period))
