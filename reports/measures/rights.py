"""Requests of people about their data: how many, and whether they were answered in time."""

from __future__ import annotations

from collections.abc import Iterator

from reports.measures.asking import ask, fewest, ratio
from reports.measures.shapes import TOTAL, Control, Level, Measure, RawCell, Table, Unit
from reports.measures.wording import IN_PERIOD
from reports.periods import Period, PeriodKind

RECEIVED = Measure(
    code="received",
    title="Requests received",
    text="Requests to get a copy, to correct, to delete, to limit or to object, entered in the period.",
    unit=Unit.REQUESTS,
    as_of=IN_PERIOD,
)
ANSWERED = Measure(
    code="answered",
    title="Requests answered",
    text="Requests that were met or refused in the period. Requests that the person withdrew are not counted.",
    unit=Unit.REQUESTS,
    as_of=IN_PERIOD,
)
ON_TIME = Measure(
    code="answered_on_time",
    title="Requests answered on time",
    text="Of the requests answered, those answered by the last day that the law allows.",
    unit=Unit.REQUESTS,
    as_of=IN_PERIOD,
)
SHARE_ON_TIME = Measure(
    code="share_on_time",
    title="Share answered on time",
    text="Requests answered on time, of all requests answered.",
    unit=Unit.PERCENT,
    as_of=IN_PERIOD,
    control=Control.RATIO,
    ratio_of=("answered_on_time", "answered"),
)

# A person is an account, else one address; whose contact is forgotten stands for themselves.
_REQUESTS = """
WITH asked AS (
    SELECT coalesce('account ' || r.account_id, nullif(lower(r.contact_email), ''), nullif(lower(r.listed_email), ''),
            'request ' || r.id) AS person,
        r.opened_at >= %(starts)s AND r.opened_at < %(ends)s AS received,
        r.state IN ('met', 'refused') AND r.closed_at >= %(starts)s AND r.closed_at < %(ends)s AS answered,
        r.due_on IS NULL OR (r.closed_at AT TIME ZONE 'Europe/London')::date <= r.due_on AS on_time
    FROM accounts_datarequest r LEFT JOIN accounts_user a ON a.id = r.account_id
    WHERE a.restricted_at IS NULL
)
SELECT count(*) FILTER (WHERE received), count(DISTINCT person) FILTER (WHERE received),
    count(*) FILTER (WHERE answered), count(DISTINCT person) FILTER (WHERE answered),
    count(*) FILTER (WHERE answered AND on_time), count(DISTINCT person) FILTER (WHERE answered AND on_time),
    count(DISTINCT person) FILTER (WHERE answered AND NOT on_time)
FROM asked
"""


def _data_requests(period: Period) -> Iterator[RawCell]:
    received, by_all, answered, by_answered, on_time, by_on_time, by_late = ask(_REQUESTS, period)[0]
    yield RawCell(TOTAL, "Total", RECEIVED.code, received, by_all)
    yield RawCell(TOTAL, "Total", ANSWERED.code, answered, by_answered)
    yield RawCell(TOTAL, "Total", ON_TIME.code, on_time, fewest(by_on_time, by_late))
    yield RawCell(TOTAL, "Total", SHARE_ON_TIME.code, ratio(on_time, answered, times=100), by_answered)


DATA_REQUESTS = Table(
    code="data_requests",
    title="Data requests in the week",
    text="How many people used their rights over their data, and whether they were answered in time.",
    rows_title="England",
    period=PeriodKind.WEEK,
    level=Level.NATIONAL,
    measures=(RECEIVED, ANSWERED, ON_TIME, SHARE_ON_TIME),
    query=_data_requests,
)
