"""What orders hold about people, why, for how long, and what each right does to it."""

from __future__ import annotations

from badgeportal.inventory import NOW, Correction, Ending, Inventory, Period, Personal, Reach, ToYou, Whose
from orders.closing import cancel_open_orders, orders_under_way
from orders.erasing import WORDS_REMOVED, end_orders, open_orders
from orders.exporting import order_histories
from orders.restricting import (
    free_orders_of_recipient,
    names_of_orders,
    orders_called,
    restrict_orders_of_recipient,
)

_UNTIL_CLOSING = "Until the person is erased or the portal closes"
_DRAFT_DAYS = "Until the order is placed and DRAFT_DAYS (30) have passed, or the draft was not touched for as long"
_APS_AND_DX = ("APS", "DX")


def _answer(what: str, purpose: str, *, recipient: bool = False, dx: bool = False, draft: bool = False,
            telling: bool = False) -> Personal:  # fmt: skip
    return Personal(
        what=what,
        whose=Whose.RECIPIENT if recipient else Whose.ACCOUNT_HOLDER,
        purpose=purpose,
        source="Typed by the person who orders",
        retention=_DRAFT_DAYS if draft else _UNTIL_CLOSING,
        erasure=Ending.DELETE_ROW if draft else Ending.BLANK,
        closing=Ending.DELETE_ROW if draft else Ending.BLANK,
        recipients=_APS_AND_DX if dx and not draft else ("APS",),
        correction=Correction.AT_ONCE if draft else Correction.BY_STAFF,
        telling=telling,
    )


def _answers(*, draft: bool) -> dict[str, Personal]:
    """The answers that say something about a person; one declaration for the draft and the order."""
    verify = "Verify that the order is from a social care provider"
    deliver = "Deliver the badges"
    return {
        "organisation_name": _answer("Name of the organisation, which may be a person's own name", verify, draft=draft),
        "phone": _answer(
            "Phone number of the organisation, asked only when a person checks the order",
            verify,
            draft=draft,
            telling=True,
        ),
        "recipient_name": _answer(
            "Name of who receives the badges", deliver, recipient=True, dx=True, draft=draft, telling=True
        ),
        "address_line_1": _answer("Delivery address", deliver, recipient=True, dx=True, draft=draft, telling=True),
        "address_line_2": _answer("Delivery address", deliver, recipient=True, dx=True, draft=draft),
        "town": _answer("Delivery address", deliver, recipient=True, dx=True, draft=draft),
        "county": _answer("Delivery address", deliver, recipient=True, dx=True, draft=draft),
        "postcode": _answer("Postcode of the delivery address", deliver, recipient=True, dx=True, draft=draft),
        "ods_code": _answer("ODS code of the organisation, which may be one person's business", verify, draft=draft),
        "location_id": _answer("CQC location ID, which may be one person's business", verify, draft=draft),
        "provider_id": _answer("CQC provider ID, which may be one person's business", verify, draft=draft),
    }


_FACTS_OF_ANSWERS = {
    "cqc_registered": "yes or no about an organisation",
    "changed_cqc_answer": "yes or no about how the form was filled in",
    "listing_denied": "yes or no about an organisation",
    "organisation_type": "one of a fixed list",
    "quantity": "a number of badges, needed for the anonymous count",
}


_YOUR_ANSWERS = {
    "quantity": "Badges",
    "cqc_registered": "Registered with CQC",
    "organisation_type": "Kind of organisation",
    "organisation_name": "Name of the organisation",
    "phone": "Phone number of the organisation",
    "recipient_name": "Who receives the badges",
    "address_line_1": "Address line 1",
    "address_line_2": "Address line 2",
    "town": "Town or city",
    "county": "County",
    "postcode": "Postcode",
    "ods_code": "ODS code",
    "location_id": "CQC location ID",
    "provider_id": "CQC provider ID",
}


def _key(what: str, *, recipient: bool = False) -> Personal:
    return Personal(
        what=what,
        whose=Whose.RECIPIENT if recipient else Whose.ACCOUNT_HOLDER,
        purpose="Find orders from the same place that together need a check",
        source="Worked out from what was typed",
        retention=_UNTIL_CLOSING,
        erasure=Ending.BLANK,
        closing=Ending.BLANK,
        exported=False,
        correction=Correction.NEVER,
    )


INVENTORY = Inventory()
INVENTORY.declare(
    "orders.order",
    reached={Reach.ACCOUNT: "account", Reach.ORDER: "pk"},
    with_it={"anonymised_at": NOW, "recipient_restricted_at": None},
    shown_with=("reference", "placed_at", "state", "quantity", "cqc_registered", "organisation_type", "hold"),
    to_you=ToYou(
        "Orders",
        _YOUR_ANSWERS
        | {
            "reference": "Order",
            "placed_at": "When it was placed",
            "state": "How far it is",
            "hold": "Why it is on hold",
        },
    ),
    personal=_answers(draft=False)
    | {
        "address_key": _key("Postcode and first line of the delivery address in one spelling", recipient=True),
        "phone_key": _key("Last ten digits of the phone number"),
        "organisation_key": _key("Name of the organisation in one spelling"),
    },
    not_personal=_FACTS_OF_ANSWERS
    | {
        "id": "a number of the order itself",
        "reference": "a random reference",
        "account": "an opaque number; the account behind it is overwritten on erasure",
        "state": "how far the order has come",
        "state_changed_at": "a time",
        "placed_at": "a time",
        "hold": "one of a fixed list",
        "held_at": "a time",
        "recipient_restricted_at": "a time",
        "refused_by": "an opaque number of a member of staff; the account behind it is overwritten on erasure",
        "refusal_reason": "one of a fixed list",
        "anonymised_at": "a time",
    },
)
INVENTORY.declare(
    "orders.orderdraft",
    kept_for=(Period("DRAFT_DAYS", "orders.sweep_drafts"),),
    reached={Reach.ACCOUNT: "account", Reach.ORDER: "order"},
    shown_with=("started_at", "updated_at", "quantity", "cqc_registered", "organisation_type"),
    to_you=ToYou(
        "Answers to the questions of an order",
        _YOUR_ANSWERS | {"started_at": "When you began", "updated_at": "When you last changed an answer"},
    ),
    personal=_answers(draft=True),
    not_personal=_FACTS_OF_ANSWERS
    | {
        "id": "a random number of the draft itself",
        "account": "an opaque number; the account behind it is overwritten on erasure",
        "organisation_answered": "yes or no",
        "order": "the order that the draft became",
        "version": "a count",
        "started_at": "a time",
        "updated_at": "a time",
    },
)
INVENTORY.declare(
    "orders.orderevent",
    not_personal={
        "id": "a number of the record itself",
        "order": "the order it is about",
        "kind": "one of a fixed list",
        "from_state": "one of a fixed list",
        "to_state": "one of a fixed list",
        "reason": "a short code from a fixed list",
        "actor": "an opaque account number or the name of a job; the account behind it is overwritten on erasure",
        "at": "a time",
    },
)
INVENTORY.declare(
    "orders.orderproblem",
    reached={Reach.ACCOUNT: "order__account", Reach.ORDER: "order"},
    searched=("text", "answer"),
    shown_with=("order__reference", "kind", "opened_at", "closed_at", "outcome"),
    to_you=ToYou(
        "What you told us is wrong with an order",
        {
            "order__reference": "Order",
            "kind": "What is wrong",
            "opened_at": "When you told us",
            "closed_at": "When we answered",
            "outcome": "What we did",
            "text": "In your words",
            "answer": "What we answered",
        },
    ),
    personal={
        "text": Personal(
            what="What the person says is wrong with an order",
            whose=Whose.ACCOUNT_HOLDER,
            purpose="Put right what is wrong with an order",
            source="Typed by the person who ordered",
            retention=_UNTIL_CLOSING,
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            correction=Correction.NEVER,
        ),
        "answer": Personal(
            what="What customer service answered to a problem with an order",
            whose=Whose.ACCOUNT_HOLDER,
            purpose="Put right what is wrong with an order",
            source="Written by customer service at APS",
            retention=_UNTIL_CLOSING,
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            correction=Correction.NEVER,
        ),
    },
    not_personal={
        "id": "a number of the record itself",
        "order": "the order it is about",
        "kind": "one of a fixed list",
        "opened_at": "a time",
        "closed_at": "a time",
        "closed_by": "an opaque number of a member of staff; the account behind it is overwritten on erasure",
        "outcome": "one of a fixed list",
    },
)
INVENTORY.declare(
    "orders.stockmovement",
    searched=("reason",),
    # The ledger is written once; PostgreSQL lets these words, and nothing else, take the place of others.
    with_it={"reason": WORDS_REMOVED},
    personal={
        "reason": Personal(
            what="What a member of staff wrote about a movement of badges; the page asks for no names, but takes them",
            whose=Whose.ACCOUNT_HOLDER,
            purpose="Say why the stock changed",
            source="Written by an officer at APS",
            retention=_UNTIL_CLOSING,
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            exported=False,
            correction=Correction.NEVER,
        )
    },
    not_personal={
        "id": "a number of the record itself",
        "kind": "one of a fixed list",
        "on_hand_change": "a number of badges",
        "reserved_change": "a number of badges",
        "order": "the order it is for",
        "actor": "an opaque account number or the name of a job; the account behind it is overwritten on erasure",
        "at": "a time",
    },
)
INVENTORY.declare(
    "orders.stockbalance",
    not_personal={
        "id": "there is one row",
        "on_hand": "a number of badges",
        "reserved": "a number of badges",
    },
)
INVENTORY.exports_also(order_histories)
INVENTORY.says_what_is_open(open_orders)
INVENTORY.says_what_holds_closing(orders_under_way)
INVENTORY.cancels_at_closing(cancel_open_orders)
INVENTORY.settle_before_erasing(end_orders)
INVENTORY.settle_before_restricting(restrict_orders_of_recipient)
INVENTORY.settle_before_freeing(free_orders_of_recipient)
INVENTORY.knows_orders(orders_called, names_of_orders)
