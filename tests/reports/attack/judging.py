"""What the attacker must not be able to say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.reports.attack.attacker import Attacker
from tests.reports.attack.paper import Paper, printed
from tests.reports.attack.worlds import Publication


@dataclass(frozen=True, slots=True)
class Found:
    """A hidden figure that was worked out too closely."""

    table: str
    week: int
    version: int
    row: str
    measure: str
    truth: int
    organisations: int
    least: float
    most: float
    withheld: bool


def papers_of(out: Iterable[Publication]) -> list[Paper]:
    return [paper for each in out for paper in printed(each.published, each.version)]


def found_by_attack(out: Iterable[Publication], regions: Mapping[str, str]) -> list[Found]:
    """Every hidden figure of which the attacker knows more than it may: a small one must be able to be 1 to 7, a larger one 20%
    either way."""
    out = list(out)
    attacker = Attacker(papers_of(out), regions)
    found: list[Found] = []
    for each in out:
        tables = {table.table.code: table for table in each.published}
        for table, period, cells in each.raw:
            marks = {(cell.row, cell.measure): cell.mark for cell in tables[table.code].cells}
            for cell in cells:
                if (
                    marks[cell.row, cell.measure] != "c"
                    or not cell.value
                    or cell.measure.startswith(("days", "queue_oldest"))
                ):
                    continue
                truth = int(cell.value)
                least, most = (1, 7) if truth < 8 else (math.floor(0.8 * truth), math.ceil(1.2 * truth))
                where = (table.code, period.starts, each.version, cell.row, cell.measure)
                if not attacker.can_reach(*where, least, most):
                    withheld = "No row is shown" in tables[table.code].rule
                    bounds = attacker.bound(*where)
                    found.append(
                        Found(
                            table.code,
                            each.week,
                            each.version,
                            cell.row,
                            cell.measure,
                            truth,
                            cell.organisations,
                            *bounds,
                            withheld,
                        )
                    )
    return found
