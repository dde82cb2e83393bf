"""The life of every order of the big world, in SQL, from its number alone: when it was placed, by whom, what became of it.

Numbers stand in for chance: `share(n, k)` scatters n evenly over 0 to 1, the same way each time, so that two builds are alike.
"""

from __future__ import annotations

from orders.lifecycle import MOVES
from orders.reference import ALPHABET, BODY_LENGTH

DAYS = 730
# The last ones are of this morning, whatever the size: 300 wait to be assessed, 1,200 were placed in the hour and a half before.
UNASSESSED, OF_THIS_MORNING = 300, 1500
SMALLEST = 3000
ACCOUNTS_FOR_EACH_ORDER = 0.2
# One account has ordered again and again.
BUSY_ACCOUNT, MOST_ORDERS = 1, 5000


def functions() -> str:
    """Functions of this session: `share`, and the two references with their check characters."""
    return (
        "CREATE OR REPLACE FUNCTION pg_temp.share(n bigint, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
        " 'SELECT ((hashint8extended(n, k) & 4294967295) / 4294967296.0)::float8';"
        + _reference("order_reference", body=BODY_LENGTH, factor=7_919_997_337)
        + _reference("parcel_reference", body=10, factor=3_000_000_019)
    )


def _reference(name: str, *, body: int, factor: int) -> str:
    """A function from a number to the characters of its reference; neighbours are scattered, no two are the same."""
    size = len(ALPHABET)
    digits = [f"(s.k / {size**place} % {size})::int" for place in range(body)]
    total = " + ".join(f"{weight} * {digit}" for weight, digit in enumerate(digits, start=1))
    characters = [f"substr('{ALPHABET}', {digit} + 1, 1)" for digit in [*digits, f"(({total}) % {size})"]]
    return (
        f"CREATE OR REPLACE FUNCTION pg_temp.{name}(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS"
        f" $$ SELECT {' || '.join(characters)} FROM (SELECT n * {factor} % {size**body} AS k) AS s $$;"
    )


# One row for each order of a chunk; a time that is NULL has not come, or never will.
PLAN = f"""
CREATE TEMPORARY TABLE plan AS
WITH drawn AS (
    SELECT n, %(now)s::timestamptz AS now, pg_temp.share(n, 1) AS fate, pg_temp.share(n, 2) AS luck,
        CASE WHEN n > %(orders)s - {UNASSESSED} THEN %(now)s - interval '20 min' * (%(orders)s - n + 1) / {UNASSESSED}
            WHEN n > %(orders)s - {OF_THIS_MORNING} THEN %(now)s - interval '20 min'
                - interval '90 min' * (%(orders)s - {UNASSESSED} - n + 1) / ({OF_THIS_MORNING} - {UNASSESSED})
            ELSE %(now)s - interval '2 hours'
                - interval '{DAYS} days' * (1 - power(n::float8 / (%(orders)s - {OF_THIS_MORNING}), 0.7))
        END AS placed_at,
        CASE WHEN n %% %(busy_every)s = 0 THEN {BUSY_ACCOUNT}
            ELSE {BUSY_ACCOUNT} + 1 + floor(pg_temp.share(n, 3) * (%(accounts)s - 1))::bigint
        END AS account
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
), asked AS (
    SELECT drawn.*, made.*,
        1 + floor((CASE WHEN cqc THEN 120 ELSE 45 END) * luck * luck)::int AS quantity,
        cqc AND NOT listed OR NOT cqc AND floor(45 * luck * luck) >= 25 AS to_person,
        CASE WHEN n <= %(orders)s - {UNASSESSED} THEN placed_at + interval '1 min' END AS assessed_at
    FROM drawn JOIN made ON made.number = drawn.account
), cancelled AS (
    SELECT asked.*,
        CASE WHEN fate BETWEEN 0.02 AND 0.05 AND assessed_at + interval '10 min' <= now
            THEN assessed_at + interval '10 min' END AS cancelled_at
    FROM asked
), checked AS (
    SELECT cancelled.*,
        CASE WHEN to_person AND cancelled_at IS NULL AND pg_temp.share(n, 4) < 0.1 AND assessed_at + interval '4 hours' <= now
            THEN assessed_at + interval '4 hours' END AS question_at,
        assessed_at + interval '1 hour' + interval '60 hours' * pg_temp.share(n, 5) AS decision_due
    FROM cancelled
), answered AS (
    SELECT checked.*,
        CASE WHEN question_at + interval '20 hours' <= now THEN question_at + interval '20 hours' END AS answered_at,
        CASE WHEN to_person AND cancelled_at IS NULL AND decision_due + wait <= now THEN decision_due + wait END AS decided_at
    FROM checked, LATERAL (SELECT CASE WHEN question_at IS NULL THEN interval '0' ELSE interval '26 hours' END AS wait) AS w
), verified AS (
    SELECT answered.*, decided_at IS NOT NULL AND fate < 0.02 AS refused,
        CASE WHEN to_person THEN CASE WHEN fate >= 0.02 THEN decided_at END ELSE assessed_at END AS verified_at
    FROM answered
), packed AS (
    SELECT verified.*, day,
        CASE WHEN cancelled_at IS NULL AND day >= 0 THEN now - interval '2 hours' - day * interval '1 day' END AS batched_at
    FROM verified, LATERAL (
        SELECT floor(extract(epoch FROM now - interval '2 hours' - verified_at) / 86400)::int AS day) AS d
), sent AS (
    SELECT packed.*, CASE WHEN day >= 1 THEN batched_at + interval '4 hours' END AS sent_at,
        batched_at + interval '30 hours' + interval '48 hours' * pg_temp.share(n, 6) AS end_due
    FROM packed
), ended AS (
    SELECT sent.*, CASE WHEN fate < 0.985 AND end_due <= now AND sent_at IS NOT NULL THEN end_due END AS delivered_at,
        CASE WHEN fate >= 0.985 AND end_due <= now AND sent_at IS NOT NULL THEN end_due END AS returned_at
    FROM sent
)
SELECT ended.*, CASE WHEN returned_at + interval '5 days' <= now THEN returned_at + interval '5 days' END AS given_up_at,
    n > %(orders)s - {OF_THIS_MORNING} AND verified_at IS NOT NULL AND cancelled_at IS NULL AND n %% 150 = 0 AS held
FROM ended
"""

# (move, when, from where, who, SQL that says of which orders)
_PERSON, _JOB = "'user:' || account_id", "'system:bench'"
_STEPS = (
    ("place", "placed_at", "''", _PERSON, "true"),
    ("verify", "assessed_at", "'placed'", _JOB, "NOT to_person"),
    ("send_to_check", "assessed_at", "'placed'", _JOB, "to_person"),
    ("cancel", "cancelled_at", "CASE WHEN to_person THEN 'checking' ELSE 'verified' END", _PERSON, "true"),
    ("ask_provider", "question_at", "'checking'", "'user:' || %(officer)s", "true"),
    ("answer", "answered_at", "'awaiting_provider'", _PERSON, "true"),
    ("approve", "decided_at", "'checking'", "'user:' || %(officer)s", "NOT refused"),
    ("refuse", "decided_at", "'checking'", "'user:' || %(officer)s", "refused"),
    ("batch", "batched_at", "'verified'", "'user:' || %(officer)s", "true"),
    ("dispatch", "sent_at", "'batched'", "'user:' || %(officer)s", "true"),
    ("deliver", "delivered_at", "'dispatched'", _JOB, "true"),
    ("come_back", "returned_at", "'dispatched'", _JOB, "true"),
    ("cancel_returned", "given_up_at", "'returned'", "'user:' || %(officer)s", "true"),
)
STATE = """
CASE WHEN given_up_at IS NOT NULL OR cancelled_at IS NOT NULL THEN 'cancelled' WHEN returned_at IS NOT NULL THEN 'returned'
    WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN sent_at IS NOT NULL THEN 'dispatched'
    WHEN batched_at IS NOT NULL THEN 'batched' WHEN refused THEN 'refused' WHEN verified_at IS NOT NULL THEN 'verified'
    WHEN question_at IS NOT NULL AND answered_at IS NULL THEN 'awaiting_provider'
    WHEN assessed_at IS NOT NULL THEN 'checking' ELSE 'placed' END
"""


def happened() -> str:
    """A row for each move of each order of the chunk, with what the lifecycle says of its mail and its stock."""
    said = ", ".join(
        f"('{move.name}', '{move.target.value}', '{move.mail}', '{move.stock.name.lower() if move.stock else ''}',"
        f" {move.stock.value[0] if move.stock else 0}, {move.stock.value[1] if move.stock else 0})"
        for move in MOVES.values()
    )
    steps = " UNION ALL ".join(
        f"SELECT n, quantity, now, '{move}' AS move, {at} AS at, {source} AS from_state, {who} AS actor"
        f" FROM plan WHERE {at} IS NOT NULL AND {which}"
        for move, at, source, who, which in _STEPS
    )
    return (
        f"CREATE TEMPORARY TABLE happened AS SELECT s.*, to_state, mail, stock, on_hand, reserved FROM ({steps}) AS s"
        f" JOIN (VALUES {said}) AS m (move, to_state, mail, stock, on_hand, reserved) USING (move)"
    )
