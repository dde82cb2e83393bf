"""Every legal move of an order: from where to where, who may make it, the mail it sends and what it does to the stock.

Nothing else in the portal decides where an order may go. The diagram in `docs/lifecycle.md` is printed from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db import models


class State(models.TextChoices):
    PLACED = "placed", "Placed"
    CHECKING = "checking", "Being checked by a person"
    AWAITING_PROVIDER = "awaiting_provider", "Waiting for the provider"
    VERIFIED = "verified", "Verified"
    BATCHED = "batched", "Being packed"
    DISPATCHED = "dispatched", "On its way"
    DELIVERED = "delivered", "Delivered"
    RETURNED = "returned", "Returned to us"
    REFUSED = "refused", "Refused"
    CANCELLED = "cancelled", "Cancelled"


class Who(Enum):
    PROVIDER = "provider"
    STAFF = "staff"
    SYSTEM = "portal"


class StockEffect(Enum):
    """What a move does to the badges: (change of what is on the shelf, change of what is reserved), per badge."""

    RESERVED = (0, 1)
    RELEASED = (0, -1)
    DISPATCHED = (-1, -1)
    RETURNED = (1, 0)
    RETURNED_AND_RESERVED = (1, 1)


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow of the lifecycle."""

    name: str
    sources: tuple[State, ...]
    target: State
    who: frozenset[Who]
    says: str
    mail: str = ""
    stock: StockEffect | None = None


_PEOPLE = frozenset({Who.PROVIDER, Who.STAFF})
_STAFF = frozenset({Who.STAFF})
_SYSTEM = frozenset({Who.SYSTEM})
_STAFF_OR_SYSTEM = frozenset({Who.STAFF, Who.SYSTEM})

# A machine may accept; only a person may refuse (the brief, "Automated decision making"): `refuse` is for staff alone.
MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move("place", (), State.PLACED, frozenset({Who.PROVIDER}), "ordered", "order_placed", StockEffect.RESERVED),
        Move(
            "verify",
            (State.PLACED, State.CHECKING, State.AWAITING_PROVIDER),
            State.VERIFIED,
            _SYSTEM,
            "verified without a person",
            "order_verified",
        ),
        Move("send_to_check", (State.PLACED,), State.CHECKING, _SYSTEM, "put before a person", "order_checking"),
        Move(
            "ask_provider",
            (State.CHECKING,),
            State.AWAITING_PROVIDER,
            _STAFF,
            "asked the provider for more",
            "order_question",
        ),
        Move("answer", (State.AWAITING_PROVIDER,), State.CHECKING, frozenset({Who.PROVIDER}), "answered the question"),
        Move(
            "stop_waiting",
            (State.AWAITING_PROVIDER,),
            State.CHECKING,
            _STAFF_OR_SYSTEM,
            "back before a person without an answer",
        ),
        # The address that was checked is the address that is written to: another one is checked afresh.
        Move("check_again", (State.VERIFIED,), State.PLACED, _PEOPLE, "to be checked again at another address"),
        Move("approve", (State.CHECKING,), State.VERIFIED, _STAFF, "checked and approved", "order_verified"),
        Move(
            "refuse",
            (State.CHECKING,),
            State.REFUSED,
            _STAFF,
            "checked and refused",
            "order_refused",
            StockEffect.RELEASED,
        ),
        Move(
            "cancel",
            (State.PLACED, State.CHECKING, State.AWAITING_PROVIDER, State.VERIFIED),
            State.CANCELLED,
            _PEOPLE,
            "cancelled",
            "order_cancelled",
            StockEffect.RELEASED,
        ),
        # Their erasure tells them, so there is no mail for each order; a job cancels what waited for its batch's end.
        Move(
            "cancel_erased",
            (State.PLACED, State.CHECKING, State.AWAITING_PROVIDER, State.VERIFIED),
            State.CANCELLED,
            frozenset(Who),
            "cancelled with the erasure of the person",
            stock=StockEffect.RELEASED,
        ),
        Move("batch", (State.VERIFIED,), State.BATCHED, _STAFF_OR_SYSTEM, "taken into a batch", "order_packed"),
        Move("unbatch", (State.BATCHED,), State.VERIFIED, _STAFF_OR_SYSTEM, "taken out of a batch"),
        Move(
            "dispatch",
            (State.BATCHED,),
            State.DISPATCHED,
            _STAFF_OR_SYSTEM,
            "handed to the courier",
            "order_dispatched",
            StockEffect.DISPATCHED,
        ),
        Move("deliver", (State.DISPATCHED,), State.DELIVERED, _STAFF_OR_SYSTEM, "delivered", "order_delivered"),
        Move("come_back", (State.DISPATCHED,), State.RETURNED, _STAFF_OR_SYSTEM, "came back", "order_returned"),
        Move(
            "send_again",
            (State.RETURNED,),
            State.VERIFIED,
            _STAFF,
            "to be sent again",
            "order_sent_again",
            StockEffect.RETURNED_AND_RESERVED,
        ),
        Move(
            "cancel_returned",
            (State.RETURNED,),
            State.CANCELLED,
            _STAFF,
            "cancelled after it came back",
            "order_cancelled",
            StockEffect.RETURNED,
        ),
    )
}

# What happens to an order and moves it nowhere, in the same words.
BESIDE_MOVES = {
    "hold": "held back",
    "lift_hold": "held back no longer",
    "change_address": "another address given by the provider",
    "correct_address": "address corrected by customer service",
    "correct_ods_code": "ODS code corrected",
    "report_problem": "something is wrong, says the provider",
    "answer_problem": "answered by customer service",
}

# A person at APS is to decide: the order is in the queue, or its provider was asked something.
UNDECIDED_STATES = (State.CHECKING, State.AWAITING_PROVIDER)
# Until it is taken into a batch, an order can be held and its address changed.
UNPACKED_STATES = (State.PLACED, *UNDECIDED_STATES, State.VERIFIED)
OPEN_STATES = (*UNPACKED_STATES, State.BATCHED, State.DISPATCHED, State.RETURNED)
# Badges are set aside for an order from placing until the courier has them.
RESERVING_STATES = (*UNPACKED_STATES, State.BATCHED)
ENDED_STATES = (State.DELIVERED, State.REFUSED, State.CANCELLED)


def event_in_words(kind: str) -> str:
    """What an event of this kind says happened, such as `Handed to the courier`."""
    words = MOVES[kind].says if kind in MOVES else BESIDE_MOVES.get(kind, kind.replace("_", " "))
    return words[:1].upper() + words[1:]


def mermaid() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for move in MOVES.values():
        by = " or ".join(sorted(who.value for who in move.who))
        for source in move.sources or ("[*]",):
            lines.append(f"    {source} --> {move.target}: {move.name.replace('_', ' ')} ({by})")
    lines += [f"    {state} --> [*]" for state in ENDED_STATES]
    return "\n".join(lines) + "\n"
