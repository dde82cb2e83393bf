"""What the attacker must not be able to say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reports.measures.shapes import RawCell
from tests.reports.attack.attacker import NOT_COUNTED, Attacker
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


def papers_of(out: Iterable[Publication]) -> list[Paper]:
    return [paper for each in out for paper in printed(each.published, each.version)]


def found_by_attack(out: Iterable[Publication], regions: Mapping[str, str]) -> list[Found]:
    """Every hidden figure of which the attacker knows more than it may.

    A small one must be able to be 1 to 7, a larger one 20% either way. Where no row of a table, or of a region, is shown, a
    figure of many organisations (and of an area, whose weeks were out before) may be known as closely as without the table.
    """
    out = list(out)
    papers = papers_of(out)
    attacker = Attacker(papers, regions)
    found: list[Found] = []
    for each in out:
        for cell, code, starts in _hidden(each):
            truth = int(cell.value or 0)
            least, most = (1, 7) if truth < 8 else (math.floor(0.8 * truth), math.ceil(1.2 * truth))
            where = (code, starts, each.version, cell.row, cell.measure)
            if attacker.can_reach(*where, least, most):
                continue
            bounds = attacker.bound(*where)
            may_follow = cell.organisations >= 8 or code == "four_weeks_by_authority"
            if not (may_follow and _told_by_others(papers, regions, where, bounds, least, most)):
                found.append(
                    Found(code, each.week, each.version, cell.row, cell.measure, truth, cell.organisations, *bounds)
                )
    return found


def _hidden(each: Publication) -> Iterator[tuple[RawCell, str, date]]:
    marks = {(table.table.code, c.row, c.measure): c.mark for table in each.published for c in table.cells}
    for table, period, cells in each.raw:
        for cell in cells:
            if marks[table.code, cell.row, cell.measure] == "c" and cell.value and cell.measure not in NOT_COUNTED:
                yield cell, table.code, period.starts


def _told_by_others(
    papers: Iterable[Paper],
    regions: Mapping[str, str],
    where: tuple[str, date, int, str, str],
    bounds: tuple[float, float],
    least: int,
    most: int,
) -> bool:
    """Whether the bounds that are too close would be so if nothing of this table had been published."""
    code, starts, version, *_ = where
    blank = [
        replace(p, text=dict.fromkeys(p.text, "[c]"), rule="No row is shown.")
        if (p.code, p.starts, p.version) == (code, starts, version)
        else p
        for p in papers
    ]
    without = Attacker(blank, regions).bound(*where)
    return (bounds[0] <= least or without[0] >= bounds[0]) and (bounds[1] >= most or without[1] <= bounds[1])
