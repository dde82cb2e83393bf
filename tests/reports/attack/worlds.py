"""Made-up orders of some weeks, from which true figures are counted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from reports.disclosure.protecting import protect
from reports.disclosure.shapes import ProtectedTable, PublishedBefore
from reports.measures.shapes import TOTAL, UNKNOWN, RawCell, Table
from reports.periods import FIRST_MONDAY, Period
from tests.reports.attack import tables

# The first week of a block of four.
FIRST_WEEK = FIRST_MONDAY + timedelta(weeks=4 * 35)


@dataclass(frozen=True, slots=True)
class Order:
    organisation: int
    week: int
    area: str
    region: str
    kind: str
    route: str
    state: str
    badges: int


@dataclass(slots=True)
class World:
    """Orders by week, counted from 0; `regions` gives the region of each local authority."""

    orders: list[Order]
    regions: dict[str, str]
    received: dict[int, int] = field(default_factory=dict)
    stock: int = 1_600_000

    def monday(self, week: int) -> date:
        return FIRST_WEEK + timedelta(weeks=week)

    def of_week(self, week: int) -> list[Order]:
        return [order for order in self.orders if order.week == week]

    def raw(self, week: int) -> list[tuple[Table, Period, list[RawCell]]]:
        """All tables of the snapshot of a week."""
        orders, period = self.of_week(week), Period.week(self.monday(week))
        cut: list[tuple[Table, list[RawCell]]] = [
            (
                tables.WEEK,
                [*_cells(orders, lambda order: None, []), RawCell(TOTAL, TOTAL, "accounts", len(orders), len(orders))],
            ),
            (tables.BY_REGION, _cells(orders, lambda order: order.region, [*tables.REGION_CODES, UNKNOWN])),
            (tables.BY_TYPE, _cells(orders, lambda order: order.kind, tables.TYPES)),
            (tables.BY_ROUTE, _cells(orders, lambda order: order.route, tables.ROUTES)),
            (tables.BY_STATE, _cells(orders, lambda order: order.state, tables.STATES)),
            (tables.VERIFICATION, self._verification(orders)),
            (tables.FULFILMENT, self._fulfilment(week)),
            (tables.STOCK, self._stock(week)),
        ]
        found = [(table, period, cells) for table, cells in cut]
        if week % 4 == 3:
            four = [order for order in self.orders if week - 4 < order.week <= week]
            block = Period(self.monday(week - 3), self.monday(week + 1))
            areas = [*sorted(self.regions), UNKNOWN]
            found.append((tables.AUTHORITIES, block, _cells(four, lambda order: order.area, areas)))
        return found

    def _verification(self, orders: Sequence[Order]) -> list[RawCell]:
        """All is decided in the week of its order, or not at all; what needs no check is not counted."""
        decided = [order for order in orders if order.route not in ("undecided", "not_cqc_small")]
        matched = [order for order in decided if order.route == "cqc_matched"]
        by_person = [order for order in decided if order.route != "cqc_matched"]
        waiting = [order for order in orders if order.state == "checking"]
        return [
            _count("decided", decided),
            _count("matched_without_person", matched),
            _count("queue_length", waiting),
            RawCell(TOTAL, TOTAL, "queue_oldest_days", 9, len({order.organisation for order in waiting})),
            RawCell(
                TOTAL, TOTAL, "hours_to_decide", 20 if by_person else None, len({o.organisation for o in by_person})
            ),
        ]

    def _fulfilment(self, week: int) -> list[RawCell]:
        """A parcel leaves in the week of its order; it arrives or comes back in that week, or a week later."""
        left, before = (
            [order for order in self.of_week(n) if order.state in ("dispatched", "delivered", "returned")]
            for n in (week, week - 1)
        )
        away, was_away = ([order for order in orders if order.state == "dispatched"] for orders in (left, before))
        arrived = [order for order in left if order.state == "delivered"] + [o for o in was_away if o.badges % 17]
        back = [order for order in left if order.state == "returned"] + [o for o in was_away if not o.badges % 17]
        return [
            _count("dispatched", left),
            _count("delivered", arrived),
            _count("returned", back),
            _count("on_its_way", away),
            RawCell(TOTAL, TOTAL, "days_to_dispatch", 3 if left else None, len({order.organisation for order in left})),
        ]

    def _stock(self, week: int) -> list[RawCell]:
        gone = sum(o.badges for o in self.orders if o.week <= week and o.state not in ("cancelled", "refused"))
        received = sum(badges for n, badges in self.received.items() if n <= week)
        return [
            RawCell(TOTAL, TOTAL, "received", self.received.get(week, 0), 0),
            RawCell(TOTAL, TOTAL, "available", max(self.stock + received - gone, 0), 0),
        ]


def _count(measure: str, orders: Sequence[Order]) -> RawCell:
    return RawCell(TOTAL, TOTAL, measure, len(orders), len({order.organisation for order in orders}))


def _cells(orders: Iterable[Order], cut: Callable[[Order], str | None], rows: Sequence[str]) -> list[RawCell]:
    members: dict[str, list[Order]] = {row: [] for row in [*rows, TOTAL]}
    for order in orders:
        members[TOTAL].append(order)
        if (row := cut(order)) is not None:
            members[row].append(order)
    cells: list[RawCell] = []
    for row, found in members.items():
        behind = len({order.organisation for order in found})
        figures = (("orders", len(found)), ("badges", sum(o.badges for o in found)), ("organisations", behind))
        cells += [RawCell(row, row, measure, value, behind) for measure, value in figures]
    return cells


@dataclass(slots=True)
class Publication:
    """One snapshot: what was true when it was made, and what was published."""

    week: int
    version: int
    raw: list[tuple[Table, Period, list[RawCell]]]
    published: list[ProtectedTable]


@dataclass(slots=True)
class Publisher:
    """Publishes a world week by week and keeps what is out, as the portal does."""

    out: list[Publication] = field(default_factory=list)

    def publish(self, world: World, week: int, only: Iterable[str] | None = None) -> Publication:
        raw = [each for each in world.raw(week) if only is None or each[0].code in only]
        published = protect(raw, self._history(world, week), regions=world.regions)
        version = 1 + sum(each.week == week for each in self.out)
        self.out.append(Publication(week, version, raw, published))
        return self.out[-1]

    def _history(self, world: World, week: int) -> list[PublishedBefore]:
        history: list[PublishedBefore] = []
        for each in self.out:
            today = {table.code: cells for table, _, cells in world.raw(each.week)}
            for table in each.published:
                near = week - 4 < each.week < week + 4
                if near:
                    history.append(
                        PublishedBefore(
                            table.table.code,
                            table.period,
                            each.version,
                            table.cells,
                            table.rounded_to,
                            table.rule,
                            today[table.table.code],
                        )
                    )
        return history


def all_in(world: World) -> list[Publication]:
    """Every week of a world published in turn."""
    publisher = Publisher()
    for week in range(max(order.week for order in world.orders) + 1):
        publisher.publish(world, week)
    return publisher.out


def chance_world(
    seed: int,
    weeks: int,
    organisations: int,
    areas: int,
    sizes: Callable[[random.Random], int],
    **weights: Mapping[str, float],
) -> World:
    """Organisations order now and then; `weights` makes some rows likelier than others, by `region`, `kind`, `route`, `state`."""
    chance = random.Random(seed)
    regions = {f"E{n:08d}": tables.REGION_CODES[n % 9] for n in range(areas)}
    orders = list(_orders(chance, weeks, organisations, regions, sizes, weights))
    return World(orders, regions, received=dict.fromkeys(range(0, weeks, 3), 50000))


def _orders(
    chance: random.Random,
    weeks: int,
    organisations: int,
    regions: Mapping[str, str],
    sizes: Callable[[random.Random], int],
    weights: Mapping[str, Mapping[str, float]],
) -> Iterator[Order]:
    def pick(name: str, rows: Sequence[str]) -> str:
        return chance.choices(rows, [weights.get(name, {}).get(row, 1.0) for row in rows])[0]

    by_region: dict[str, list[str]] = {}
    for area, region in regions.items():
        by_region.setdefault(region, []).append(area)
    for organisation in range(organisations):
        known = chance.random() > 0.02
        region = pick("region", sorted(by_region)) if known else UNKNOWN
        area = chance.choice(by_region[region]) if known else UNKNOWN
        kind = pick("kind", tables.TYPES)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            route, state = pick("route", tables.ROUTES), pick("state", tables.STATES)
            yield Order(organisation, chance.randrange(weeks), area, region, kind, route, state, max(1, sizes(chance)))
