"""Nobody can be found in the figures: the attacker works on worlds by chance and on worlds made to be hard."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.disclosure import protecting, relations, remedies, suppression
from tests.reports.attack import tables
from tests.reports.attack.judging import found_by_attack
from tests.reports.attack.tables import REGION_CODES, ROUTES, STATES, TYPES
from tests.reports.attack.worlds import Order, Publisher, World, all_in, chance_world


def _usual(chance: random.Random) -> int:
    return int(chance.lognormvariate(2.7, 1.0))


def _heavy(chance: random.Random) -> int:
    return int(min(20_000, chance.paretovariate(0.7) * 3))


def _one(chance: random.Random) -> int:
    return 1


def _uneven(seed: int) -> dict[str, dict[str, float]]:
    """Some rows many times as likely as others."""
    chance = random.Random(seed)
    rows = {"region": REGION_CODES, "kind": TYPES, "route": ROUTES, "state": STATES}
    return {name: {row: chance.paretovariate(0.8) for row in codes} for name, codes in rows.items()}


@pytest.mark.parametrize(
    ("seed", "weeks", "organisations", "areas", "sizes"),
    [
        (1, 2, 9, 9, _heavy),
        (2, 2, 60, 18, _usual),
        (4, 4, 20, 18, _one),
        (5, 5, 700, 27, _usual),
        (6, 4, 1500, 9, _heavy),
    ],
)
def test_no_hidden_figure_can_be_worked_out(
    seed: int, weeks: int, organisations: int, areas: int, sizes: Callable[[random.Random], int]
) -> None:
    world = chance_world(seed, weeks, organisations, areas, sizes, **_uneven(seed))

    assert found_by_attack(all_in(world), world.regions) == []


def _order(organisation: int, week: int = 0, badges: int = 10, **more: str) -> Order:
    where = {
        "area": "E00000000",
        "region": REGION_CODES[0],
        "kind": "cqc",
        "route": "cqc_matched",
        "state": "delivered",
    }
    return Order(organisation, week, badges=badges, **(where | more))


def _of_areas(*counts: int) -> World:
    """In each area that many organisations, one order of each, spread over four weeks; three areas to a region. Those of a small
    area order many badges."""
    regions = {f"E{n:08d}": REGION_CODES[n // 3] for n in range(len(counts))}
    orders = []
    for area, (code, region) in enumerate(regions.items()):
        for n in range(counts[area]):
            orders.append(
                _order(1000 * area + n, n % 4, (5 if counts[area] > 8 else 150) + n % 7, area=code, region=region)
            )
    return World(orders, regions)


def one_huge_organisation() -> World:
    world = _of_areas(60, 60, 60, 60, 60, 60)
    world.orders.append(_order(99_999, 1, 40_000, kind="council", route="not_cqc_checked", state="checking"))
    return world


def two_small_cells_with_known_totals() -> World:
    kinds = [("cqc", 80), ("charity", 3), ("council", 2)]
    orders = [
        _order(n * 100 + k, badges=4 + k % 5, kind=kind) for n, (kind, many) in enumerate(kinds) for k in range(many)
    ]
    return World(orders, {"E00000000": REGION_CODES[0]})


def all_in_one_region() -> World:
    return _of_areas(90, 5, 40)


def one_area_hidden_in_a_region() -> World:
    return _of_areas(50, 48, 3, 60, 40, 44)


def ten_weeks_of_one_to_ten_organisations() -> World:
    orders = [_order(week * 20 + n, week, 3 + n, kind=TYPES[n % 3]) for week in range(10) for n in range(week + 1)]
    return World(orders, {"E00000000": REGION_CODES[0], "E00000001": REGION_CODES[1]})


def totals_at_the_edges_of_rounding() -> World:
    """Every shown row is as far from its rounded figure as it can be, and all in the same direction."""
    orders = [_order(100 * n + k, kind=kind, badges=1) for n, kind in enumerate(TYPES[:6]) for k in range(22)]
    orders += [_order(900 + k, kind="other", badges=20) for k in range(4)]
    return World(orders, {"E00000000": REGION_CODES[0]})


def _by_route(**routes: int) -> World:
    """So many orders of each route, each of another organisation."""
    kinds = [route for route, count in routes.items() for _ in range(count)]
    orders = [_order(n, route=route, state="delivered") for n, route in enumerate(kinds)]
    return World(orders, {"E00000000": REGION_CODES[0]})


def nearly_all_decided_by_people() -> World:
    """One order matched, beside eleven that people decided; most needed no check."""
    return _by_route(cqc_matched=1, cqc_checked=5, not_cqc_checked=6, not_cqc_small=60, undecided=30)


def few_parcels_in_three_states() -> World:
    """Six parcels left in the week, two each stand in three states, and of these three rows none is nothing."""
    states = {
        "dispatched": 2,
        "delivered": 2,
        "returned": 2,
        "verified": 40,
        "placed": 50,
        "checking": 6,
        "cancelled": 5,
    }
    each = [state for state, count in states.items() for _ in range(count)]
    return World([_order(n, state=state) for n, state in enumerate(each)], {"E00000000": REGION_CODES[0]})


HARD = [
    nearly_all_decided_by_people,
    few_parcels_in_three_states,
    one_huge_organisation,
    two_small_cells_with_known_totals,
    all_in_one_region,
    one_area_hidden_in_a_region,
    ten_weeks_of_one_to_ten_organisations,
    totals_at_the_edges_of_rounding,
]


@pytest.mark.parametrize("make", HARD, ids=lambda make: make.__name__)
def test_no_hidden_figure_can_be_worked_out_in_a_hard_world(make: Callable[[], World]) -> None:
    world = make()

    assert found_by_attack(all_in(world), world.regions) == []


def test_the_attacker_learns_from_tables_that_count_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: what ties a measure to the rows of a cut is forgotten."""
    monkeypatch.setattr(relations, "AMONG", ())
    monkeypatch.setattr(remedies, "AMONG", ())
    world = few_parcels_in_three_states()

    assert "dispatched" in {one.measure for one in found_by_attack(all_in(world), world.regions)}


@pytest.mark.parametrize("make", [one_area_hidden_in_a_region, totals_at_the_edges_of_rounding, one_huge_organisation])
def test_the_attacker_succeeds_where_only_small_figures_are_hidden(
    make: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the loop the same worlds give themselves away, so the attack above does prove something."""
    monkeypatch.setattr(protecting.Suppression, "run", lambda self: None)
    world = make()

    assert found_by_attack(all_in(world), world.regions)


def test_the_attacker_learns_from_a_median_that_heeds_too_few_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a median could be told of says how many orders people decided, and so how many were matched."""
    world = nearly_all_decided_by_people()
    assert found_by_attack(all_in(world), world.regions) == []

    heedless = [replace(one, bases=one.bases[:1]) for one in tables.VERIFICATION.measures]
    monkeypatch.setattr(tables, "VERIFICATION", replace(tables.VERIFICATION, measures=heedless))
    assert "matched_without_person" in {one.measure for one in found_by_attack(all_in(world), world.regions)}


def test_a_week_is_published_again_as_it_was_when_one_organisation_is_gone() -> None:
    """Whoever takes the second version from the first finds nothing, whoever it was and however much it ordered."""
    world = _of_areas(50, 48, 30, 60, 40, 44)
    publisher = Publisher()
    first = publisher.publish(world, 1)
    for gone in {order.organisation for order in world.of_week(1)} - {1}:
        without = World([order for order in world.orders if order.organisation != gone], world.regions)
        again = Publisher([first]).publish(without, 1)
        for before, after in zip(first.published, again.published, strict=True):
            assert after.cells == before.cells, before.table.code
        if gone > 2020:
            break


def test_what_many_organisations_changed_is_told_and_gives_away_nothing() -> None:
    world = _of_areas(100, 95, 90, 120, 80, 85)
    publisher = Publisher()
    publisher.publish(world, 0)
    world.orders += [_order(50_000 + n, 0, 9) for n in range(40)]
    second = publisher.publish(world, 0)

    orders = {cell.measure: cell.value for cell in second.published[0].cells}["orders"]
    assert orders == len(world.of_week(0))
    assert found_by_attack(publisher.out, world.regions) == []


def test_snapshots_of_all_weeks_and_versions_together_give_away_nothing() -> None:
    """A restriction between the weeks and the four weeks breaks the sums that tie them; a version in between changes nothing."""
    world = chance_world(11, 4, 200, 18, _usual, **_uneven(11))
    publisher = Publisher()
    for week in range(3):
        publisher.publish(world, week)
    publisher.publish(world, 2)
    largest = max(world.of_week(1), key=lambda order: order.badges)
    world.orders = [order for order in world.orders if order.organisation != largest.organisation]
    last = publisher.publish(world, 3)

    assert found_by_attack(publisher.out, world.regions) == []
    areas = next(table for table in last.published if table.table.code == "four_weeks_by_authority")
    assert {cell.value for cell in areas.cells if cell.row == largest.area} == {None}


def test_the_loop_ends_though_it_can_hide_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much every figure would have to be able to be, the loop comes to an end, with all withheld if need be."""
    monkeypatch.setattr(suppression, "must_reach", lambda value: (0, 10 * value + 1000))
    world = _of_areas(50, 48, 3, 60, 40, 44)

    for publication in all_in(world):
        for table in publication.published:
            rows = [cell for cell in table.cells if cell.measure == "orders" and cell.row != "total"]
            assert all(cell.mark == "c" for cell in rows) or not any(cell.mark == "c" for cell in rows), (
                table.table.code
            )
