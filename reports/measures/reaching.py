"""How much of the register has been reached: the share of listed places that order, and badges for each of them, by region."""

from __future__ import annotations

from collections.abc import Iterator

from reports.measures.asking import ask, ratio
from reports.measures.cohort import NOT_RESTRICTED
from reports.measures.shapes import TOTAL, UNKNOWN, Control, Level, Measure, RawCell, Table, Unit
from reports.measures.wording import IN_PERIOD
from reports.periods import Period, PeriodKind
from reports.places.areas import areas

LISTINGS = Measure(
    code="listings",
    title="Places on the register",
    text="Places of adult social care that are active on CQC’s register, as the portal has loaded it.",
    unit=Unit.LISTINGS,
    as_of="As it stood when the figures were computed.",
    control=Control.PUBLIC,
)
LISTINGS_ORDERED = Measure(
    code="listings_ordered",
    title="Places that ordered for the first time",
    text=(
        "Active places on CQC’s register for which badges were ordered in the period and never before. An order for all places "
        "of a provider counts for each of them. The sum over all periods is the number of places that have ordered so far."
    ),
    unit=Unit.LISTINGS,
    as_of=IN_PERIOD,
)
SHARE_ORDERED = Measure(
    code="share_ordered",
    title="Share of the register reached in the period",
    text="Places that ordered for the first time, of all places on the register.",
    unit=Unit.PERCENT,
    as_of=IN_PERIOD,
    control=Control.RATIO,
    ratio_of=("listings_ordered", "listings"),
)
BADGES_FOR_EACH = Measure(
    code="badges_for_each_listed",
    title="Badges for each place on the register",
    text=(
        "Badges ordered from the region in the period, by anybody, divided by the places on the register there. The badges are "
        "the sum of those published for the four weeks, so it is hidden if one of them is."
    ),
    unit=Unit.BADGES_FOR_EACH,
    as_of=IN_PERIOD,
    control=Control.RATIO,
)

_REACHED = f"""
WITH regions AS (
    SELECT * FROM unnest(%(names)s::text[], %(codes)s::text[]) AS t (name, code)
), ordered AS (
    SELECT o.location_id, o.provider_id, o.placed_at FROM orders_order o {NOT_RESTRICTED}
    WHERE o.placed_at < %(ends)s AND (o.location_id <> '' OR o.provider_id <> '')
), first_of_place AS (
    SELECT location_id AS key, min(placed_at) AS at FROM ordered WHERE location_id <> '' GROUP BY 1
), first_of_provider AS (
    SELECT provider_id AS key, min(placed_at) AS at FROM ordered WHERE location_id = '' GROUP BY 1
), listed AS (
    SELECT coalesce(named.code, 'unknown') AS region, l.provider_id, least(p.at, q.at) >= %(starts)s AS is_new
    FROM verification_listing l
    LEFT JOIN regions named ON named.name = l.region
    LEFT JOIN first_of_place p ON p.key = l.location_id
    LEFT JOIN first_of_provider q ON q.key = l.provider_id
    WHERE l.status = 'active'
)
SELECT region, count(*), count(*) FILTER (WHERE is_new), count(DISTINCT provider_id) FILTER (WHERE is_new)
FROM listed GROUP BY GROUPING SETS ((region), ())
"""


def _reach(period: Period) -> Iterator[RawCell]:
    known = areas()
    names, codes = [area.name for area in known.regions], [area.code for area in known.regions]
    found = {region: counts for region, *counts in ask(_REACHED, period, names=names, codes=codes)}
    regions = [*((area.code, area.name) for area in known.regions), (UNKNOWN, "Not known, or not in England")]
    for code, label in [(TOTAL, "Total"), *regions]:
        listings, ordered, organisations = found.get(None if code == TOTAL else code, (0, 0, 0))
        yield RawCell(code, label, LISTINGS.code, listings, 0)
        # Where no place is listed there is nothing that could be reached.
        yield RawCell(code, label, LISTINGS_ORDERED.code, ordered if listings else None, organisations)
        yield RawCell(code, label, SHARE_ORDERED.code, ratio(ordered, listings, times=100), organisations)
        # Worked out from figures that are published, and so only once those are known.
        yield RawCell(code, label, BADGES_FOR_EACH.code, None, organisations)


REACH_BY_REGION = Table(
    code="reach_by_region",
    title="Reach in four weeks by region",
    text="How many places on CQC’s register were reached for the first time, and how many badges went to their region.",
    rows_title="Region",
    period=PeriodKind.FOUR_WEEKS,
    level=Level.BELOW_NATIONAL,
    measures=(LISTINGS, LISTINGS_ORDERED, SHARE_ORDERED, BADGES_FOR_EACH),
    query=_reach,
)
