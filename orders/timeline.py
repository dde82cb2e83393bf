"""The history of an order in words for the person who ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.lifecycle import State
from orders.models import Order, OrderEvent
from orders.models.order import Hold

# What each event means to the person who ordered. Events that mean nothing to them (a hold of one day, a batch taken apart)
# are left out, and the state says where the order is.
_SAYS = {
    "place": "You placed this order.",
    "send_to_check": "The order needs a check by a person.",
    "ask_provider": "A person who checks the order asked you a question.",
    "answer": "You answered the question.",
    "stop_waiting": "A person goes on with the check.",
    "check_again": "We check the order again at its new address.",
    "approve": "A person checked the order and approved it.",
    "refuse": "A person checked the order and could not approve it.",
    "batch": "We started packing your badges.",
    "unbatch": "We put your badges back in the queue for packing.",
    "dispatch": "The courier DX has your parcel.",
    "deliver": "DX delivered your parcel.",
    "come_back": "DX could not deliver your parcel. It came back to us.",
    "send_again": "We will send your parcel again.",
    "cancel": "The order was cancelled.",
    "cancel_erased": "The order was cancelled, because your data was deleted.",
    "cancel_returned": "The order was cancelled after the parcel came back.",
    "correct_ods_code": "You corrected the ODS code.",
    "change_address": "You changed the delivery address.",
    "report_problem": "You told us that something is wrong.",
    "answer_problem": "Customer service answered you.",
    "correct_address": "Customer service corrected the delivery address.",
}
_VERIFIED_CQC = "We matched your order with the CQC register."
_VERIFIED_OTHER = "We accepted your order."
# A reason that `verification` gives for the move; the words for it are here, as all words of this list are.
_VERIFIED_BECAUSE = {"listed_inbox": "Your organisation confirmed the order from the email address that CQC lists."}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """Where the order is: a short label, the colour of its GOV.UK tag, and what happens next."""

    label: str
    colour: str
    next: str
    talk_to_us: bool = False

    @property
    def classes(self) -> str:
        """Classes of the tag; the text says the same, so nobody needs the colour."""
        return f"govuk-tag--{self.colour}"


_STATUS = {
    State.PLACED: Status(
        "Checking now",
        "blue",
        "We are checking your order. This usually takes a few minutes. We will email you the result.",
    ),
    State.CHECKING: Status(
        "Being checked by a person",
        "yellow",
        "A person is checking your order. They may ring you, or look up your organisation’s address and phone number."
        " We will email you the result.",
    ),
    State.AWAITING_PROVIDER: Status(
        "Waiting for your answer",
        "orange",
        "A person is checking your order and has asked you a question. We go on when you have answered it.",
    ),
    State.VERIFIED: Status("Verified", "turquoise", "We will pack your badges next. We will email you when we do."),
    State.BATCHED: Status(
        "Being packed", "light-blue", "We are packing your badges. We will email you when they are on their way."
    ),
    State.DISPATCHED: Status("On its way", "purple", "The courier DX has your parcel."),
    State.DELIVERED: Status("Delivered", "green", "DX told us that your parcel was delivered."),
    State.RETURNED: Status(
        "Returned to us",
        "orange",
        "DX could not deliver your parcel. Contact customer service, so that we can check the address and send it again.",
        talk_to_us=True,
    ),
    State.REFUSED: Status(
        "Refused",
        "red",
        "A person checked your order and could not approve it. If you think this is wrong, talk to us.",
    ),
    State.CANCELLED: Status("Cancelled", "grey", "This order was cancelled. Nothing will be sent."),
}
_ADDRESS_HELD = Status(
    "Waiting for a check of the address",
    "yellow",
    "Your name and address do not fit the courier’s label. We will contact you, or you can contact customer service.",
    talk_to_us=True,
)


def status_of(order: Order) -> Status:
    """Where `order` is, for its provider."""
    if order.hold == Hold.ADDRESS_DOES_NOT_FIT:
        return _ADDRESS_HELD
    return _STATUS[State(order.state)]


def timeline_of(order: Order, events: Iterable[OrderEvent]) -> list[Entry]:
    """The events of `order` that mean something to its provider, newest first."""
    said = {**_SAYS, "verify": _VERIFIED_CQC if order.cqc_registered else _VERIFIED_OTHER}
    return [
        Entry(event.at, _VERIFIED_BECAUSE.get(event.reason, said[event.kind])) for event in events if event.kind in said
    ][::-1]
