"""What was published before that bears on the tables of a new snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from reports.disclosure.shapes import ProtectedCell, PublishedBefore
from reports.measures.shapes import RawCell, Table
from reports.models import Cell, PublishedTable
from reports.periods import Period


def history_of(raw: Sequence[tuple[Table, Period, Sequence[RawCell]]]) -> list[PublishedBefore]:
    """Tables of earlier weeks and versions that are tied to `raw`, with their true figures where something was hidden."""
    starts = min(period.starts for _, period, _ in raw)
    ends = max(period.ends for _, period, _ in raw)
    kinds = {table.code: table for table, _, _ in raw}
    found = []
    for table in (
        PublishedTable.objects.filter(period_starts__gte=starts, period_ends__lte=ends)
        .select_related("snapshot")
        .order_by("snapshot__week", "snapshot__version", "position")
    ):
        cells = [ProtectedCell(c.row, c.label, c.measure, c.value, c.mark) for c in Cell.objects.filter(table=table)]
        hidden = any(cell.mark == "c" for cell in cells)
        again = list(kinds[table.code].query(table.period)) if hidden and table.code in kinds else []
        found.append(
            PublishedBefore(
                table.code, table.period, table.snapshot.version, cells, table.rounded_to, table.rule, again
            )
        )
    return found
