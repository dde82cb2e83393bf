"""What was published before and is tied to what is to be published now, read from the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from reports.disclosure.names import AUTHORITIES, FULFILMENT, REGIONS, STATES, STOCK, WEEK
from reports.disclosure.shapes import HIDDEN, ProtectedCell, PublishedBefore
from reports.measures.shapes import RawCell
from reports.models import Cell, PublishedTable
from reports.periods import Period

# Levels tie each week to the one before, so a run of weeks is looked at; four weeks are tied to their weeks.
_WEEKS_BACK = 8
_TIED = (WEEK, REGIONS, STATES, FULFILMENT, STOCK)


def history_for(
    week: date, *, raw: Callable[[str, Period], Sequence[RawCell]], codes: Sequence[str] = ()
) -> list[PublishedBefore]:
    """All that `protect` must know to publish the week that begins on the Monday `week`, withdrawn snapshots among it.

    `raw` gives the true figures of a table and period as they are today; it is asked only where something was hidden. `codes`
    names the tables that are to be published, of which every earlier version of the same week is read. Two statements.
    """
    tied = Q(code__in=_TIED, period_starts__gte=week - timedelta(weeks=_WEEKS_BACK), period_starts__lt=week)
    same_week = Q(snapshot__week=week) & (Q(code__in=codes) | Q(code__in=_TIED))
    around = Q(code=AUTHORITIES, period_starts__lte=week, period_ends__gt=week)
    later = Q(code__in=_TIED, period_starts__gt=week, period_starts__lte=week + timedelta(weeks=_WEEKS_BACK))
    tables = PublishedTable.objects.filter(tied | same_week | around | later).select_related("snapshot")
    cells: dict[int, list[ProtectedCell]] = {table.pk: [] for table in tables}
    for cell in Cell.objects.filter(table__in=tables).order_by("position", "pk"):
        value = None if cell.value is None else Decimal(cell.value)
        cells[cell.table_id].append(ProtectedCell(cell.row, cell.label, cell.measure, value, cell.mark))
    return [_before(table, cells[table.pk], raw) for table in tables]


def _before(
    table: PublishedTable, cells: Sequence[ProtectedCell], raw: Callable[[str, Period], Sequence[RawCell]]
) -> PublishedBefore:
    hides = any(cell.mark == HIDDEN for cell in cells)
    today = raw(table.code, table.period) if hides else ()
    return PublishedBefore(table.code, table.period, table.snapshot.version, cells, table.rounded_to, table.rule, today)
