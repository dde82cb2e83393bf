"""The rows of the big world, table by table; `bench.big_plan` says what happened, this writes it down."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from accounts.models import User
from accounts.roles import VERIFICATION_OFFICER
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.models import OutboxMessage
from bench import big_plan
from bench.inserting import insert_from
from fulfilment.layout import current_layout
from fulfilment.models import Batch, Consignment, TrackingEvent, TrackingImport
from fulfilment.models.disclosure import DX, Disclosure
from orders.models import Order, OrderDraft, OrderEvent, OrderProblem, StockMovement
from orders.normalise import address_key, organisation_key
from verification.models import Assessment, ListedEmail, Listing, ManualCheck, Question, RegisterImport

DOMAIN = "big.example"
# Badges received for each order, more than anybody orders on average.
RECEIVED = 45
_DRAFT_DAYS = 30
_FIRST_NAMES = (
    "Abena Aisha Alun Bronwen Carys Chidi Daisy Declan Ewan Fatima Gareth Grace Hana Imran Ines Jamal Kamala Keira Lena Marek"
    " Megan Nadia Omar Petra Rahul Rosa Sian Tomos Una Yusuf"
).split()
_SURNAMES = (
    "Abara Ashdown Bellweather Birch Carrow Dunmore Ellerby Fenwick Garside Hallam Iverson Jessop Kettle Lorimer Marsden"
    " Nettleton Okafor Pargeter Quill Rahman Sallow Tamsin Underhill Vickery Whitlow Yardley"
).split()
_ADDRESS = ("address_line_1", "address_line_2", "town", "county", "postcode")
_MADE = f"""
CREATE TEMPORARY TABLE made AS
SELECT s.*, CASE WHEN cqc THEN r.name ELSE 'Made-up Day Service ' || number END AS organisation_name,
    CASE WHEN cqc THEN r.key ELSE 'made up day service ' || number END AS organisation_key,
    CASE WHEN cqc THEN r.address_line_1 ELSE number || ' Made-up Street' END AS address_line_1,
    CASE WHEN cqc THEN r.door ELSE replace(r.postcode, ' ', '') || ' ' || number || 'madeupstreet' END AS address_key,
    r.address_line_2, r.town, r.county, r.postcode, r.location_id, r.provider_id, r.listing_id,
    CASE WHEN cqc THEN r.code ELSE '' END AS ods_code, '+44161' || lpad((number %% 10000000)::text, 7, '0') AS phone
FROM (
    SELECT number, %(first_account)s + number AS account_id, 'person' || number || '@' || %(domain)s AS email,
        number = {big_plan.BUSY_ACCOUNT} OR pg_temp.share(number, 11) < 0.7 AS cqc,
        number = {big_plan.BUSY_ACCOUNT} OR pg_temp.share(number, 12) < 0.85 AS listed,
        (%(first_names)s::text[])[1 + floor(pg_temp.share(number, 13) * cardinality(%(first_names)s::text[]))] || ' ' ||
        (%(surnames)s::text[])[1 + floor(pg_temp.share(number, 14) * cardinality(%(surnames)s::text[]))] AS person
    FROM generate_series(1, %(accounts)s) AS number
) AS s JOIN register AS r ON r.place = s.number %% %(listings)s
"""


def write_people(cursor: CursorWrapper, *, orders: int) -> dict[str, Any]:
    """The officer, the accounts with confirmed addresses, and what the register lists of them; returns what chunks share."""
    officer = User.objects.create_user(email=f"officer@{DOMAIN}", name="Olive Officer", is_staff=True)
    officer.groups.add(Group.objects.get(name=VERIFICATION_OFFICER))
    accounts = int(orders * big_plan.ACCOUNTS_FOR_EACH_ORDER)
    known = {
        "orders": orders, "accounts": accounts, "listings": _read_register(cursor), "now": timezone.now(),
        "officer": officer.pk, "first_account": officer.pk, "domain": DOMAIN,
        "first_names": _FIRST_NAMES, "surnames": _SURNAMES,
        "busy_every": max(orders // big_plan.MOST_ORDERS, 10),
    }  # fmt: skip
    cursor.execute(_MADE, known)
    cursor.execute("CREATE UNIQUE INDEX ON made (number)")
    cursor.execute("ANALYZE made")
    insert_from(
        User, "FROM made", known, id="account_id", email="email", password="'!'", name="person",
        organisation="organisation_name", phone="phone",
        date_joined=f"%(now)s - interval '{big_plan.DAYS + 1} days' + number * interval '1 second'",
        last_login="%(now)s - interval '1 hour'",
    )  # fmt: skip
    insert_from(EmailAddress, "FROM made", user_id="account_id", email="email", verified="true", primary="true")
    ListedEmail.objects.filter(email__endswith=f"@{DOMAIN}").delete()
    source = {"source": RegisterImport.objects.latest("pk").pk}
    insert_from(
        ListedEmail,
        "FROM made WHERE cqc AND listed",
        source,
        email="email",
        location_id="location_id",
        source_id="%(source)s",
    )
    return known


def _read_register(cursor: CursorWrapper) -> int:
    """The listings numbered from 0, with the spellings by which orders are found together."""
    cursor.execute(
        "CREATE TEMPORARY TABLE register (place int PRIMARY KEY, listing_id bigint, location_id text, provider_id text,"
        " code text, name text, key text, address_line_1 text, address_line_2 text, town text, county text, postcode text,"
        " door text)"
    )
    columns = ("pk", "location_id", "provider_id", "site_ods_code", "name", *_ADDRESS)
    # Read first: the connection is taken while it copies. The register does not grow with the orders.
    rows = list(Listing.objects.active().exclude(site_ods_code="").order_by("pk").values_list(*columns))
    with cursor.copy("COPY register FROM STDIN") as copy:
        for number, (pk, location, provider, code, name, line_1, line_2, town, county, postcode) in enumerate(rows):
            door = line_1[:80] or "1 High Street"
            copy.write_row((
                number, pk, location, provider, code, name[:100], organisation_key(name), door, line_2[:80], town[:40],
                county[:40], postcode, address_key(door, postcode),
            ))  # fmt: skip
    return len(rows)


def write_days(known: dict[str, Any]) -> None:
    """What the days bring whatever is ordered: deliveries of badges, a batch and a tracking file for each."""
    days = f"FROM generate_series(0, {big_plan.DAYS}) AS day"
    insert_from(
        StockMovement, f"{days} WHERE day %% 30 = 0", known, kind="'received'", reserved_change="0",
        on_hand_change=f"{known['orders'] * RECEIVED * 30 // big_plan.DAYS + 100_000}",
        reason="'Delivery from the maker'", actor="'user:' || %(officer)s", at="%(now)s - day * interval '1 day'",
    )  # fmt: skip
    made_at = "%(now)s - interval '2 hours' - day * interval '1 day'"
    insert_from(
        Batch, days, known, id=f"{big_plan.DAYS} - day + 1", created_at=made_at, created_by="'user:' || %(officer)s"
    )
    insert_from(
        TrackingImport, f"{days} WHERE day > 0", known, id=f"{big_plan.DAYS} - day + 1", actor="'user:' || %(officer)s",
        at=f"{made_at} + interval '20 hours'", file_name="'dx-' || day || '.csv'", file_sha256="repeat('0', 64)",
    )  # fmt: skip


def write_chunk(cursor: CursorWrapper, known: dict[str, Any]) -> None:
    """The orders from `first` to `last` and all that happened to them."""
    cursor.execute("DROP TABLE IF EXISTS plan, happened")
    cursor.execute(big_plan.PLAN, known)
    cursor.execute(big_plan.happened(), known)
    cursor.execute("ANALYZE plan; ANALYZE happened")
    _orders(known)
    _history(known)
    _checks(known)
    _parcels(known)


def _orders(known: dict[str, Any]) -> None:
    own = {name: name for name in (*_ADDRESS, "account_id", "quantity", "organisation_name", "organisation_key", "phone",
                                   "ods_code", "address_key", "placed_at")}  # fmt: skip
    cqc_only = {name: f"CASE WHEN cqc THEN {name} ELSE '' END" for name in ("location_id", "provider_id")}
    insert_from(
        Order, "FROM plan", known, id="n", reference=_dressed("pg_temp.order_reference(n)"), cqc_registered="cqc",
        state=big_plan.STATE, recipient_name="person", phone_key="right(phone, 10)",
        hold="CASE WHEN held THEN 'address_does_not_fit' ELSE '' END",
        held_at="CASE WHEN held THEN now END", refused_by_id="CASE WHEN refused THEN %(officer)s END",
        refusal_reason="CASE WHEN refused THEN 'not_social_care' ELSE '' END",
        organisation_type="CASE WHEN cqc THEN '' ELSE 'day_service' END",
        state_changed_at="greatest(placed_at, assessed_at, cancelled_at, question_at, answered_at, decided_at, batched_at,"
        " sent_at, delivered_at, returned_at, given_up_at)", **own, **cqc_only,
    )  # fmt: skip
    recent = f"placed_at > now - interval '{_DRAFT_DAYS} days'"
    insert_from(
        OrderDraft, "FROM plan", known, id="gen_random_uuid()", account_id="account_id", order_id="n", version="6",
        started_at="placed_at - interval '10 min'", updated_at="placed_at",
        cqc_registered=f"CASE WHEN {recent} THEN cqc END", quantity=f"CASE WHEN {recent} THEN quantity END",
    )  # fmt: skip


def _dressed(plain: str) -> str:
    return f"(SELECT 'CARE-' || left(r, 4) || '-' || right(r, 4) FROM (SELECT {plain} AS r) AS s)"


def _history(known: dict[str, Any]) -> None:
    insert_from(
        OrderEvent, "FROM happened ORDER BY at", known, order_id="n", kind="move", from_state="from_state",
        to_state="to_state", actor="actor", at="at",
    )  # fmt: skip
    insert_from(OrderEvent, "FROM plan WHERE held", order_id="n", kind="'hold'", actor="'system:bench'", at="now",
                reason="'address_does_not_fit'")  # fmt: skip
    insert_from(
        StockMovement, "FROM happened WHERE stock <> '' ORDER BY at", known, kind="stock", order_id="n", actor="actor", at="at",
        on_hand_change="on_hand * quantity", reserved_change="reserved * quantity",
    )  # fmt: skip
    state = "CASE WHEN at > now - interval '30 min' THEN 'queued' WHEN pg_temp.share(n, 21) < 0.001 THEN 'failed' ELSE 'sent' END"
    insert_from(
        OutboxMessage, f"FROM (SELECT *, {state} AS went FROM happened WHERE mail <> '' ORDER BY at) AS s", known,
        template="mail", subject_type=f"'{Order._meta.label_lower}'", subject_id="n", state="went", created_at="at",
        next_attempt_at="at", attempts="CASE WHEN went = 'queued' THEN 0 ELSE 1 END",
        sent_at="CASE WHEN went = 'sent' THEN at + interval '20 seconds' END",
        last_error="CASE WHEN went = 'failed' THEN 'SMTPRecipientsRefused' ELSE '' END",
    )  # fmt: skip
    insert_from(
        AuditEvent, "FROM plan", known, at="placed_at + interval '5 hours'", kind="'personal_page_seen'",
        actor="'user:' || %(officer)s", subject_type=f"'{Order._meta.label_lower}'", subject_id="n",
        details="'{\"page\": \"admin:order_list\"}'",
    )  # fmt: skip


def _checks(known: dict[str, Any]) -> None:
    reasons = "CASE WHEN NOT to_person THEN '{}' WHEN cqc THEN '{email_not_listed}' ELSE '{over_threshold}' END::varchar(30)[]"
    insert_from(
        Assessment, "FROM plan WHERE assessed_at IS NOT NULL", known, id="n", order_id="n", at="assessed_at",
        inputs_digest="md5(n::text) || md5(n::text)", outcome="CASE WHEN to_person THEN 'to_a_person' ELSE 'verified' END",
        reasons=reasons, listing_id="CASE WHEN cqc THEN listing_id END", badges_together="quantity",
        actor="'system:assess-orders'",
    )  # fmt: skip
    decided = "CASE WHEN decided_at IS NOT NULL THEN '{}' ELSE '' END"
    insert_from(
        ManualCheck, "FROM plan WHERE to_person AND assessed_at IS NOT NULL", known, id="n", order_id="n", assessment_id="n",
        reasons=reasons, opened_at="assessed_at", decided_by_id="CASE WHEN decided_at IS NOT NULL THEN %(officer)s END",
        decision="CASE WHEN decided_at IS NULL THEN '' WHEN refused THEN 'refused' ELSE 'approved' END",
        refusal_reason="CASE WHEN refused THEN 'not_social_care' ELSE '' END",
        address_evidence=decided.format("Rang the number on their own site"), sources=decided.format("Their site"),
        note=decided.format("All fits"), closed_at="coalesce(decided_at, cancelled_at)",
        closed_without_decision="CASE WHEN decided_at IS NULL AND cancelled_at IS NOT NULL THEN 'cancelled' ELSE '' END",
    )  # fmt: skip
    insert_from(
        Question, "FROM plan WHERE question_at IS NOT NULL", known, id="n", check_asked_in_id="n",
        text="'Which service are the badges for?'", asked_by_id="%(officer)s", asked_at="question_at",
        answer="CASE WHEN answered_at IS NULL THEN '' ELSE 'Our day service' END", answered_at="answered_at",
        ended_at="answered_at",
    )  # fmt: skip


def _parcels(known: dict[str, Any]) -> None:
    lines = ("jsonb_strip_nulls(jsonb_build_object('name', person, 'address1', address_line_1, 'address2',"
             " nullif(address_line_2, ''), 'town', town, 'county', nullif(county, ''), 'postcode', postcode))")  # fmt: skip
    insert_from(
        Consignment, "FROM plan WHERE batched_at IS NOT NULL", known, id="n", batch_id=f"{big_plan.DAYS} - day + 1",
        order_id="n", reference="'CB' || pg_temp.parcel_reference(n)", live="returned_at IS NULL", quantity="quantity",
        frozen_lines=lines, dx_number="CASE WHEN sent_at IS NULL THEN '' ELSE 'L' || lpad(n::text, 9, '0') END",
        dispatched_at="sent_at", delivered_at="delivered_at", returned_at="returned_at",
    )  # fmt: skip
    sent = "FROM plan WHERE sent_at IS NOT NULL"
    fields = {"fields": [column["field"] for column in current_layout()["columns"]], "dx": DX}
    insert_from(
        Disclosure, sent, known | fields, consignment_id="n", recipient="%(dx)s", fields="%(fields)s::varchar(40)[]",
        actor="'user:' || %(officer)s", at="sent_at",
    )  # fmt: skip
    for kind, at in (("collected", "sent_at"), ("in_transit", "sent_at + interval '12 hours'"),
                     ("delivered", "delivered_at"), ("returned", "returned_at")):  # fmt: skip
        insert_from(TrackingEvent, f"{sent} AND {at} <= now", consignment_id="n", kind=f"'{kind}'", at=at,
                    source_id=f"{big_plan.DAYS} - day + 1")  # fmt: skip
    insert_from(
        OrderProblem, "FROM plan WHERE delivered_at IS NOT NULL AND pg_temp.share(n, 22) < 0.005", known, order_id="n",
        kind="'damaged'", text="'Two badges have no pin.'", opened_at="delivered_at",
        closed_at="CASE WHEN delivered_at < now - interval '2 days' THEN delivered_at + interval '1 day' END",
        closed_by_id="CASE WHEN delivered_at < now - interval '2 days' THEN %(officer)s END",
        outcome="CASE WHEN delivered_at < now - interval '2 days' THEN 'solved' ELSE '' END",
        answer="CASE WHEN delivered_at < now - interval '2 days' THEN 'We have sent two more.' ELSE '' END",
    )  # fmt: skip


def add_up(cursor: CursorWrapper) -> None:
    """The balance from the ledger, the batches from their parcels, the files from their events; and the next free numbers."""
    layout = {"layout": json.dumps(current_layout())}
    cursor.execute(
        "UPDATE orders_stockbalance SET (on_hand, reserved) ="
        " (SELECT sum(on_hand_change), sum(reserved_change) FROM orders_stockmovement)"
    )
    cursor.execute(
        "UPDATE fulfilment_batch AS b SET orders_count = c.parcels, badges_count = c.badges, layout = %(layout)s::jsonb,"
        " closed_at = created_at + interval '1 hour', file_sha256 = repeat('0', 64),"
        " state = CASE WHEN c.sent_at IS NULL THEN 'closed' ELSE 'sent' END, sent_at = c.sent_at"
        " FROM (SELECT batch_id, count(*) AS parcels, sum(quantity) AS badges, min(dispatched_at) AS sent_at"
        "  FROM fulfilment_consignment GROUP BY batch_id) AS c WHERE b.id = c.batch_id",
        layout,
    )
    cursor.execute("DELETE FROM fulfilment_batch WHERE orders_count = 0")
    cursor.execute(
        'UPDATE fulfilment_trackingimport AS i SET "rows" = e.n, new = e.n'
        " FROM (SELECT source_id, count(*) AS n FROM fulfilment_trackingevent GROUP BY source_id) AS e WHERE i.id = e.source_id"
    )
    for model in (User, Order, Batch, TrackingImport, Assessment, ManualCheck, Question, Consignment):
        table = model._meta.db_table
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
        )
