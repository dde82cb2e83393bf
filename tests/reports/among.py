"""Whether tables that count nearly the same orders are as disclosure control takes them to be."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from reports.disclosure.names import AMONG
from reports.measures.cohort import laid_out_once
from reports.measures.shapes import TOTAL
from reports.snapshots.computing import read


def rows_beyond_their_measure(monday: date) -> list[str]:
    """Relations that the true figures of the week break: more orders in the rows than the measure counts at all."""
    with transaction.atomic(), laid_out_once():
        found = {
            (table.code, cell.row, cell.measure): int(cell.value or 0)
            for table, _, cells in read(monday)
            for cell in cells
        }
    return [
        f"{cut} {rows}: more than {whole} {measure}"
        for cut, rows, whole, measure in AMONG
        if sum(found[cut, row, "orders"] for row in rows) > found[whole, TOTAL, measure]
    ]
