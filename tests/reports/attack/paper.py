"""Published tables as anybody holds them: text in rows and columns, with the rule that is printed beneath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reports.disclosure.shapes import ProtectedTable
from reports.snapshots.reading import Figure


@dataclass(frozen=True, slots=True)
class Paper:
    """One printed table of one version of a snapshot."""

    code: str
    starts: date
    version: int
    columns: tuple[str, ...]
    text: dict[tuple[str, str], str]
    rule: str

    @property
    def rows(self) -> list[str]:
        return list(dict.fromkeys(row for row, _ in self.text))


def printed(tables: Iterable[ProtectedTable], version: int) -> list[Paper]:
    """The tables as page, workbook and CSV print them: all three print the same text."""
    return [_paper(table, version) for table in tables]


def _paper(table: ProtectedTable, version: int) -> Paper:
    text = {(cell.row, cell.measure): Figure(cell.value, cell.mark).text for cell in table.cells}
    columns: Sequence[str] = list(dict.fromkeys(measure for _, measure in text))
    return Paper(table.table.code, table.period.starts, version, tuple(columns), text, table.rule)
