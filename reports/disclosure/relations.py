"""Everything that is known to tie figures: sums of rows, shared totals, areas within regions, what cannot exceed what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reports.disclosure.model import INFINITE, Model
from reports.disclosure.names import (
    AMONG,
    AMONG_TIE,
    AUTHORITIES,
    AVAILABLE,
    FULFILMENT,
    GIVES_BACK,
    JOINS,
    LEAVES,
    ON_ITS_WAY,
    RECEIVED,
    REGIONS,
    STATES,
    STOCK,
    TOGETHER,
    WEEK,
)
from reports.disclosure.sheets import Sheet
from reports.measures.shapes import TOTAL, UNKNOWN

_ADD_UP = ("orders", "badges")


def model_of(
    sheets: Iterable[Sheet],
    *,
    parts: Mapping[str, Mapping[str, str]],
    regions: Mapping[str, str],
    untied: Collection[str] = (),
) -> Model:
    """All that `sheets` say together.

    `parts` names by table the measures that are a part of another of the same row; `regions` gives the region of each local
    authority; `untied` names what is known not to hold: a region, the total, `stock`, `fulfilment` or `among`. Of a week that was
    published several times the newest stands in the relations between tables.
    """
    model = Model()
    sheets = list(sheets)
    for sheet in sheets:
        for (row, measure), interval in sheet.intervals.items():
            model.say(sheet.key(row, measure), interval)
    for sheet in sheets:
        _within_rows(model, sheet, parts.get(sheet.code, {}))
        _rows_and_total(model, sheet)
    newest = {(s.code, s.period.starts): s for s in sorted(sheets, key=lambda each: each.version)}
    for sheet in sheets:
        if sheet.code == AUTHORITIES:
            for group in groups(sheet, newest, regions):
                if group.region not in untied:
                    _tie_group(model, group)
        elif sheet.code in (FULFILMENT, STOCK) and sheet.code not in untied:
            _tie_levels(model, sheet, newest)
    if AMONG_TIE not in untied:
        _tie_cuts(model, newest)
    return model


def _tie_cuts(model: Model, newest: Mapping[tuple[str, date], Sheet]) -> None:
    """Orders of a week that stand in some rows are among those that a measure of the same week counts.

    So they are as long as both were counted at one time: what is said anew in a later version is of another.
    """
    for (code, starts), sheet in newest.items():
        for cut, rows, whole, measure in AMONG:
            other = newest.get((cut, starts)) if code == whole else None
            if other is None or not sheet.has(TOTAL, measure):
                continue
            limit = sheet.key(TOTAL, measure)
            inside = [other.key(row, "orders") for row in rows if other.has(row, "orders")]
            if all(key[-1] == limit[-1] for key in inside):
                model.tie([*((1.0, key) for key in inside), (-1.0, limit)], -INFINITE, 0.0)


def _tie_levels(model: Model, sheet: Sheet, newest: Mapping[tuple[str, date], Sheet]) -> None:
    """A level now is the level a week before with what came and went since."""
    before = newest.get((sheet.code, sheet.period.starts - timedelta(weeks=1)))
    if before is None:
        return
    if sheet.code == FULFILMENT:
        _on_its_way(model, before, sheet)
    else:
        _stock(model, before, sheet, newest)


def _within_rows(model: Model, sheet: Sheet, parts: Mapping[str, str]) -> None:
    """Organisations <= orders <= badges, and a part is no larger than its whole."""
    for row, measure in sheet.intervals:
        if measure == "organisations" and sheet.has(row, "orders"):
            model.at_most(sheet.key(row, "organisations"), sheet.key(row, "orders"))
        if measure == "orders" and sheet.has(row, "badges"):
            model.at_most(sheet.key(row, "orders"), sheet.key(row, "badges"))
        whole = parts.get(measure)
        if whole and sheet.has(row, whole):
            model.at_most(sheet.key(row, measure), sheet.key(row, whole))


def _rows_and_total(model: Model, sheet: Sheet) -> None:
    """Rows add up to the total; of organisations, which may stand in several rows, they are at least the total."""
    for measure in dict.fromkeys(measure for _, measure in sheet.intervals):
        rows = [row for row in sheet.rows(measure) if row != TOTAL]
        if not rows or not sheet.has(TOTAL, measure):
            continue
        total = sheet.key(TOTAL, measure)
        terms = [*((1.0, sheet.key(row, measure)) for row in rows), (-1.0, total)]
        if measure == "organisations":
            model.tie(terms, 0.0, INFINITE)
            for row in rows:
                model.at_most(sheet.key(row, measure), total)
        else:
            model.tie(terms)


@dataclass(frozen=True, slots=True)
class Group:
    """The authorities of one region over four weeks, and that region in each of the weeks; or the totals of both."""

    region: str
    sheet: Sheet
    areas: list[str]
    weeks: list[Sheet]


def groups(sheet: Sheet, newest: Mapping[tuple[str, date], Sheet], regions: Mapping[str, str]) -> list[Group]:
    """What of a table of authorities is tied to weekly tables, all four of which are known."""
    mondays = [sheet.period.starts + timedelta(weeks=n) for n in range(4)]
    members: dict[str, list[str]] = defaultdict(list)
    for row in sheet.rows("orders"):
        members[row if row in (TOTAL, UNKNOWN) else regions[row]].append(row)
    found: list[Group] = []
    for region, areas in members.items():
        codes = (WEEK, REGIONS) if region == TOTAL else (REGIONS,)
        weeks = [next((newest[code, monday] for code in codes if (code, monday) in newest), None) for monday in mondays]
        known = [week for week in weeks if week is not None and week.has(region, "orders")]
        if len(known) == len(mondays):
            found.append(Group(region, sheet, areas, known))
    return found


def _tie_group(model: Model, group: Group) -> None:
    for measure in TOGETHER:
        areas = [group.sheet.key(row, measure) for row in group.areas if group.sheet.has(row, measure)]
        weeks = [week.key(group.region, measure) for week in group.weeks]
        if measure in _ADD_UP:
            model.tie([*((1.0, key) for key in areas), *((-1.0, key) for key in weeks)])
            continue
        # An organisation of the region is in at least one of its areas and in at least one of the weeks.
        for area in areas:
            model.tie([*((1.0, key) for key in weeks), (-1.0, area)], 0.0, INFINITE)
        for week in weeks:
            model.tie([*((1.0, key) for key in areas), (-1.0, week)], 0.0, INFINITE)


def _on_its_way(model: Model, before: Sheet, now: Sheet) -> None:
    """What is on its way now was on its way before or joined since, less what left."""
    flows = [(1.0, name) for name in JOINS] + [(-1.0, name) for name in LEAVES]
    if all(now.has(TOTAL, name) for _, name in flows) and before.has(TOTAL, ON_ITS_WAY) and now.has(TOTAL, ON_ITS_WAY):
        terms = [(weight, now.key(TOTAL, name)) for weight, name in flows]
        terms += [(1.0, before.key(TOTAL, ON_ITS_WAY)), (-1.0, now.key(TOTAL, ON_ITS_WAY))]
        model.tie(terms)


def _stock(model: Model, before: Sheet, now: Sheet, newest: Mapping[tuple[str, date], Sheet]) -> None:
    """Available badges fall by those ordered and rise by those received and those that cancelled orders gave back."""
    week, states = (newest.get((code, now.period.starts)) for code in (WEEK, STATES))
    if week is None or not all(sheet.has(TOTAL, AVAILABLE) for sheet in (before, now)) or not now.has(TOTAL, RECEIVED):
        return
    ordered, received = week.key(TOTAL, "badges"), now.key(TOTAL, RECEIVED)
    given_back = (STOCK, now.period.starts, "given back")
    levels = [(1.0, now.key(TOTAL, AVAILABLE)), (-1.0, before.key(TOTAL, AVAILABLE))]
    model.tie([*levels, (-1.0, received), (1.0, ordered), (-1.0, given_back)])
    if states is not None:
        ended = [states.key(row, "badges") for row in GIVES_BACK if states.has(row, "badges")]
        model.tie([*((1.0, key) for key in ended), (-1.0, given_back)], -INFINITE, 0.0)
