"""How orders were verified: what was decided and by whom, what waits for a person, and why orders were refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reports.measures.asking import ask, fewest, ratio, tenths
from reports.measures.cohort import NOT_RESTRICTED, OF_LISTING, ORGANISATION, STATE_AT_END
from reports.measures.shapes import TOTAL, Control, Level, Measure, RawCell, Table, Unit
from reports.measures.wording import AT_END, IN_PERIOD
from reports.periods import Period, PeriodKind
from verification.models import RefusalReason

DECIDED = Measure(
    code="decided",
    title="Orders decided",
    text=(
        "Orders that were verified or refused in the period. Orders that need no check are not counted: those of organisations "
        "that are not registered with CQC, for few badges."
    ),
    unit=Unit.ORDERS,
    as_of=IN_PERIOD,
)
MATCHED = Measure(
    code="matched_without_person",
    title="Matched without a person",
    text="Of the orders decided, those that the portal itself matched with CQC’s register. Nobody at APS had to decide.",
    unit=Unit.ORDERS,
    as_of=IN_PERIOD,
)
SHARE_MATCHED = Measure(
    code="share_matched",
    title="Share matched without a person",
    text="Orders matched without a person, of all orders decided.",
    unit=Unit.PERCENT,
    as_of=IN_PERIOD,
    control=Control.RATIO,
    ratio_of=("matched_without_person", "decided"),
)
QUEUE_LENGTH = Measure(
    code="queue_length",
    title="Orders waiting for a check",
    text="Orders that waited for a person at APS to check them, but not those that waited for an answer of their provider.",
    unit=Unit.ORDERS,
    as_of=AT_END,
)
QUEUE_OLDEST = Measure(
    code="queue_oldest_days",
    title="Age of the oldest order waiting",
    text="Whole days for which the order had waited whose check was opened first.",
    unit=Unit.DAYS,
    as_of=AT_END,
    control=Control.TYPICAL,
    bases=("queue_length",),
)
HOURS_TO_DECIDE = Measure(
    code="hours_to_decide",
    title="Hours until a person decided",
    text="The median of the hours from opening a check to its decision by a person, nights and weekends included.",
    unit=Unit.HOURS,
    as_of=IN_PERIOD,
    control=Control.TYPICAL,
    # A person decided those that were decided and not matched.
    bases=("decided", "matched_without_person"),
)
REFUSED = Measure(
    code="refused",
    title="Orders refused",
    text="Orders that a person at APS refused in the period, by the reason that the provider was given.",
    unit=Unit.ORDERS,
    as_of=IN_PERIOD,
)

# The last decision of the period counts: an order whose address was changed is decided again.
_DECISIONS = f"""
WITH decided AS (
    SELECT DISTINCT ON (e.order_id) e.order_id, e.kind <> 'verify' AS by_person
    FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id
    WHERE e.to_state IN ('verified', 'refused') AND e.kind IN ('verify', 'approve', 'refuse')
        AND e.at >= %(starts)s AND e.at < %(ends)s AND (o.cqc_registered OR e.kind <> 'verify')
    ORDER BY e.order_id, e.at DESC, e.id DESC
), counted AS (
    SELECT {ORGANISATION} AS organisation, d.by_person
    FROM decided d JOIN orders_order o ON o.id = d.order_id {NOT_RESTRICTED} {OF_LISTING}
)
SELECT count(*), count(DISTINCT organisation),
    count(*) FILTER (WHERE NOT by_person), count(DISTINCT organisation) FILTER (WHERE NOT by_person),
    count(DISTINCT organisation) FILTER (WHERE by_person)
FROM counted
"""
_QUEUE = f"""
WITH waiting AS (
    SELECT {ORGANISATION} AS organisation, c.opened_at, {STATE_AT_END} AS state
    FROM verification_manualcheck c JOIN orders_order o ON o.id = c.order_id {NOT_RESTRICTED} {OF_LISTING}
    WHERE c.opened_at < %(ends)s AND (c.closed_at IS NULL OR c.closed_at >= %(ends)s)
)
SELECT count(*), count(DISTINCT organisation), min(opened_at) FROM waiting WHERE state = 'checking'
"""
_HOURS = f"""
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.closed_at - c.opened_at) / 3600),
    count(DISTINCT {ORGANISATION})
FROM verification_manualcheck c JOIN orders_order o ON o.id = c.order_id {NOT_RESTRICTED} {OF_LISTING}
WHERE c.decision <> '' AND c.closed_at >= %(starts)s AND c.closed_at < %(ends)s
"""
_REFUSALS = f"""
SELECT o.refusal_reason, count(*), count(DISTINCT {ORGANISATION})
FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id {NOT_RESTRICTED} {OF_LISTING}
WHERE e.to_state = 'refused' AND e.at >= %(starts)s AND e.at < %(ends)s
GROUP BY GROUPING SETS ((o.refusal_reason), ())
"""


def _verification(period: Period) -> Iterator[RawCell]:
    decided, by_all, matched, by_matched, by_checked = ask(_DECISIONS, period)[0]
    yield RawCell(TOTAL, "Total", DECIDED.code, decided, by_all)
    # Beside the whole a part tells of the rest too, so the smaller of the two counts.
    yield RawCell(TOTAL, "Total", MATCHED.code, matched, fewest(by_matched, by_checked))
    yield RawCell(TOTAL, "Total", SHARE_MATCHED.code, ratio(matched, decided, times=100), by_all)
    waiting, organisations, since = ask(_QUEUE, period)[0]
    yield RawCell(TOTAL, "Total", QUEUE_LENGTH.code, waiting, organisations)
    oldest = (period.ends_at - since) // timedelta(days=1) if since else None
    yield RawCell(TOTAL, "Total", QUEUE_OLDEST.code, oldest, organisations)
    hours, organisations = ask(_HOURS, period)[0]
    yield RawCell(TOTAL, "Total", HOURS_TO_DECIDE.code, tenths(hours), organisations)


def _refusals(period: Period) -> Iterator[RawCell]:
    found = {reason: (count, organisations) for reason, count, organisations in ask(_REFUSALS, period)}
    yield RawCell(TOTAL, "Total", REFUSED.code, *found.pop(None, (0, 0)))
    known = [(reason.value, reason.label) for reason in RefusalReason]
    others = [(code, code) for code in sorted(found.keys() - set(RefusalReason.values))]
    for code, label in (*known, *others):
        yield RawCell(code, label, REFUSED.code, *found.get(code, (0, 0)))


VERIFICATION = Table(
    code="verification",
    title="Verification in the week",
    text="How many orders were decided in the week, how many of them needed a person, and what waited when the week ended.",
    rows_title="England",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=(DECIDED, MATCHED, SHARE_MATCHED, QUEUE_LENGTH, QUEUE_OLDEST, HOURS_TO_DECIDE),
    query=_verification,
)
REFUSALS_BY_REASON = Table(
    code="refusals_by_reason",
    title="Orders refused in four weeks by reason",
    text="Only a person can refuse an order. Each refusal has one reason.",
    rows_title="Reason",
    period=PeriodKind.FOUR_WEEKS,
    level=Level.NATIONAL,
    measures=(REFUSED,),
    query=_refusals,
)
