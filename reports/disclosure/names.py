"""The tables and measures that disclosure control knows by name, and what ties them."""

from __future__ import annotations

WEEK = "week"
REGIONS = "week_by_region"
STATES = "week_by_state"
ROUTES = "week_by_route"
AUTHORITIES = "four_weeks_by_authority"
VERIFICATION = "verification"
FULFILMENT = "fulfilment"
STOCK = "stock"

# One cohort, the orders placed in a week, cut in several ways: these tables share their total.
COHORT = frozenset({WEEK, REGIONS, "week_by_type", ROUTES, STATES})
# The cells of a row of these tables describe the same organisations, so they are shown or hidden together.
TOGETHER = ("orders", "badges", "organisations")

# What stands at a moment and is not counted over a period. Never exact, or two of them would give away what lies between.
LEVELS = frozenset({"queue_length", "on_its_way"})
ON_ITS_WAY = "on_its_way"
# What joins and what leaves the orders on their way within a week.
JOINS = ("dispatched",)
LEAVES = ("delivered", "returned")

# Orders that end in these states give their badges back to the stock.
GIVES_BACK = ("cancelled", "refused")
AVAILABLE = "available"
RECEIVED = "received"
WEEKS_OF_COVER = "weeks_of_cover"
# The nearest multiple to which available badges are first rounded; doubled until the audit passes.
COARSE_STEP = 1000
# The oldest in a queue is one order, so it is told in whole days.
WHOLE_DAYS = frozenset({"queue_oldest_days"})


# Counts of nearly the same orders in two tables: what one has more than the other could be one order.
NEARLY_THE_SAME = (
    (VERIFICATION, "matched_without_person", ROUTES, ("cqc_matched",)),
    (FULFILMENT, "dispatched", STATES, ("dispatched", "delivered", "returned")),
    (FULFILMENT, "delivered", STATES, ("delivered",)),
    (FULFILMENT, "returned", STATES, ("returned",)),
)
# The orders of the week that stand in some rows of a cut are among those that a measure counts, which has others too: orders of
# weeks before. Where the measure is hidden the rows say that it is no less, and the other way round.
AMONG = (
    (STATES, ("dispatched", "delivered", "returned"), FULFILMENT, "dispatched"),
    (STATES, ("delivered",), FULFILMENT, "delivered"),
    (STATES, ("returned",), FULFILMENT, "returned"),
    (STATES, ("dispatched",), FULFILMENT, ON_ITS_WAY),
    (STATES, ("checking",), VERIFICATION, "queue_length"),
    (ROUTES, ("cqc_matched",), VERIFICATION, "matched_without_person"),
    (ROUTES, ("cqc_matched", "cqc_checked", "not_cqc_checked"), VERIFICATION, "decided"),
)
CUTS = frozenset(cut for cut, *_ in AMONG)
# What these relations are called where they are set aside, because figures break them.
AMONG_TIE = "among"


def fate(code: str, measure: str) -> str:
    """The name of the cells of a row that are shown or hidden together."""
    return "row" if measure in TOGETHER and (code in COHORT or code == AUTHORITIES) else measure


def family(code: str) -> str:
    """The name under which tables that share a total keep it."""
    return "cohort" if code in COHORT else code
