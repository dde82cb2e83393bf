"""What becomes of a person's orders when they are erased: said first, then done."""

from __future__ import annotations

from accounts.models import User
from badgeportal.inventory import Reach
from badgeportal.kick import kick
from badgeportal.privacy.settling import Found, OpenThing, Settlement
from badgeportal.privacy.subject import DataSubject
from orders.lifecycle import UNPACKED_STATES, State, Who
from orders.models import Order, OrderDraft, OrderProblem
from orders.models.order import OrderQuerySet
from orders.moves import move_orders
from orders.placing import ASSESS_ORDERS

# In place of what a member of staff wrote about a movement of badges. PostgreSQL takes this text and no other.
WORDS_REMOVED = "Words removed"
REASON = "account_closed"
_CANCELLED = "It is cancelled and its badges go back to those that can be ordered."
_WITH_DX = "The parcel is with DX and cannot be called back. DX keeps the name and address that it was given."
_BACK = "It is cancelled and its badges go back to the shelf."


def orders_of(subject: DataSubject) -> OrderQuerySet:
    """The orders of these accounts, or those that name the recipient; none for a listed inbox."""
    if subject.reach is Reach.ACCOUNT:
        return Order.objects.filter(account__in=subject.account_ids)
    return Order.objects.filter(pk__in=subject.order_ids)


def key_of(order: Order, subject: DataSubject) -> int:
    """The number by which `subject` was given."""
    return order.account_id if subject.account_ids else order.pk


def open_orders(found: Found) -> list[OpenThing]:
    """Orders under way, but for those in a batch, of which a later room tells."""
    rows = orders_of(found.subject).open().exclude(state=State.BATCHED).order_by("pk")
    return [
        OpenThing(
            key=key_of(order, found.subject),
            name=order.reference,
            state=order.get_state_display(),
            if_cancelled={State.DISPATCHED: _WITH_DX, State.RETURNED: _BACK}.get(State(order.state), _CANCELLED),
            can_be_cancelled=order.state != State.DISPATCHED,
        )
        for order in rows.only("account_id", "reference", "state")
    ]


def end_orders(settlement: Settlement) -> None:
    """Cancel what can be cancelled, whoever asked, and close what was told to customer service without an answer.

    Drafts are locked before accounts, as placing does it; with the account locked, nothing new can be written for it.
    """
    subject = settlement.subject
    if subject.reach is Reach.ADDRESS:
        return
    if subject.account_ids:
        drafts = OrderDraft.objects.filter(account__in=subject.account_ids).order_by("pk")
        list(drafts.select_for_update().values_list("pk"))
        people = User.objects.filter(pk__in=subject.account_ids).order_by("pk")
        list(people.select_for_update(of=("self",)).values_list("pk"))
    locked = orders_of(subject).select_for_update(of=("self",)).order_by("pk").values_list("pk", "state")
    states = dict(locked)
    cancel_for_erasure([pk for pk, state in states.items() if state in UNPACKED_STATES], settlement)
    if settlement.actor.is_person and settlement.actor.user_id not in subject.account_ids:
        back = [pk for pk, state in states.items() if state == State.RETURNED]
        move_orders(
            move="cancel_returned", order_ids=back, by=Who.STAFF, actor=settlement.actor, now=settlement.now,
            reason=REASON,
        )  # fmt: skip
    if subject.account_ids:
        OrderProblem.objects.open().filter(order__in=states).update(
            closed_at=settlement.now, outcome=OrderProblem.Outcome.ERASED
        )


def cancel_for_erasure(order_ids: list[int], settlement: Settlement) -> None:
    """Cancel orders that are not packed; the person is told of it with the erasure, not by a mail for each."""
    by = Who.STAFF if settlement.actor.is_person else Who.SYSTEM
    if settlement.actor.user_id in settlement.subject.account_ids:
        by = Who.PROVIDER
    move_orders(
        move="cancel_erased", order_ids=order_ids, by=by, actor=settlement.actor, now=settlement.now, reason=REASON,
        changes={"hold": "", "held_at": None},
    )  # fmt: skip
    if order_ids:
        kick(ASSESS_ORDERS)
