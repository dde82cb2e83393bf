"""How published figures are read: one snapshot whole, or one figure over the weeks. Withdrawn snapshots are never read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.models import Cell, PublishedTable, Snapshot
from reports.periods import Period


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure: `value`, or the shorthand in `mark` (`c`, `x` or `z`) in its place."""

    value: Decimal | None
    mark: str = ""

    @property
    def text(self) -> str:
        """As printed: thousands with commas, or the shorthand in square brackets."""
        if self.value is None:
            return f"[{self.mark}]"
        whole = self.value == self.value.to_integral_value()
        return f"{self.value:,.0f}" if whole else f"{self.value.normalize():,f}"


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    label: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class PublishedRows:
    """One published table with its rows, in the order to be shown."""

    table: PublishedTable
    rows: list[Row]

    def figure(self, row: str, measure: str) -> Figure | None:
        for each in self.rows:
            if each.code == row:
                return each.figures.get(measure)
        return None


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of one period."""

    period: Period
    figure: Figure


def latest_snapshot() -> Snapshot | None:
    """The newest snapshot that is not withdrawn, with its forecast if that is computed."""
    return Snapshot.objects.published().newest_first().select_related("forecast").first()


def tables_of(snapshot: Snapshot) -> dict[str, PublishedRows]:
    """Every table of a snapshot by its code, in two statements."""
    tables = list(snapshot.tables.all())
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in Cell.objects.filter(table__snapshot=snapshot).order_by("position", "pk"):
        cells[cell.table_id].append(cell)
    return {table.code: PublishedRows(table, _rows(cells[table.pk])) for table in tables}


def some_tables_of(snapshot: Snapshot, codes: Iterable[str]) -> dict[str, PublishedRows]:
    """The tables of a snapshot with these codes, as `tables_of` gives them all, in one statement."""
    found: dict[str, PublishedTable] = {}
    cells: dict[str, list[Cell]] = defaultdict(list)
    wanted = Cell.objects.filter(table__snapshot=snapshot, table__code__in=list(codes)).select_related("table")
    for cell in wanted.order_by("table__position", "position", "pk"):
        found[cell.table.code] = cell.table
        cells[cell.table.code].append(cell)
    return {code: PublishedRows(table, _rows(cells[code])) for code, table in found.items()}


def latest_of_each_table(codes: Iterable[str]) -> dict[str, PublishedRows]:
    """The newest published table of each code, of whichever week: four-week tables are not in every snapshot. Two statements."""
    newest = (
        PublishedTable.objects.filter(code__in=list(codes), snapshot__withdrawn_at__isnull=True)
        .order_by("code", "-snapshot__week")
        .distinct("code")
    )
    tables = {table.pk: table for table in newest}
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in Cell.objects.filter(table__in=tables).order_by("position", "pk"):
        cells[cell.table_id].append(cell)
    return {table.code: PublishedRows(table, _rows(cells[pk])) for pk, table in tables.items()}


def series(
    wanted: Sequence[tuple[str, str, str]], *, since: date | None = None
) -> dict[tuple[str, str, str], list[Point]]:
    """Each wanted (table, row, measure) over the published periods, oldest first, in one statement."""
    cells = Cell.objects.filter(
        table__snapshot__withdrawn_at__isnull=True,
        table__code__in={table for table, _, _ in wanted},
        row__in={row for _, row, _ in wanted},
        measure__in={measure for _, _, measure in wanted},
    )
    if since is not None:
        cells = cells.filter(table__snapshot__week__gte=since)
    found: dict[tuple[str, str, str], list[Point]] = {key: [] for key in wanted}
    periods: dict[tuple[date, date], Period] = {}
    columns = ("table__code", "row", "measure", "table__period_starts", "table__period_ends", "value", "mark")
    for code, row, measure, starts, ends, value, mark in cells.order_by("table__period_starts").values_list(*columns):
        if (points := found.get((code, row, measure))) is not None:
            period = periods.get((starts, ends)) or periods.setdefault((starts, ends), Period(starts, ends))
            points.append(Point(period, Figure(value, mark)))
    return found


def _rows(cells: Iterable[Cell]) -> list[Row]:
    rows: dict[str, Row] = {}
    for cell in cells:
        row = rows.setdefault(cell.row, Row(cell.row, cell.label, {}))
        row.figures[cell.measure] = Figure(cell.value, cell.mark)
    return list(rows.values())
