"""Turning a finished draft into an order."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Portal, User
from accounts.restricting import check_not_restricted
from badgeportal.actor import Actor
from badgeportal.kick import kick
from orders.journey import CHECK_ANSWERS, answers_to_place, first_gap
from orders.lifecycle import MOVES, State
from orders.models import Order, OrderDraft
from orders.moves import Moved, record_moves
from orders.normalise import address_key, organisation_key, phone_key
from orders.reference import new_reference

ASSESS_ORDERS = "verification.assess_orders"
_REFERENCE_CONSTRAINT = "orders_order_reference"


class OrderingClosed(Exception):
    """The portal takes no orders at this time."""


class StaffDoNotOrder(Exception):
    """The account is of somebody who works here, who might decide about the order."""


class DraftChanged(Exception):
    """The answers were changed, in another tab perhaps, after the person checked them."""


class DraftNotFound(Exception):
    """There is no such draft of this person: it was swept, or it is somebody else's."""


class DraftIncomplete(Exception):
    """A question is not answered, or no longer well, perhaps since a rule changed. `step` is the first such page."""

    def __init__(self, *, step: str) -> None:
        super().__init__(f"{step} is not answered")
        self.step = step


def place_order(*, account: User, draft_id: uuid.UUID, version: int, now: datetime) -> Order:
    """Place the order of the draft that `account` checked at `version`, once, and return it.

    Placing the same draft again returns the same order, whatever the version. In one transaction: the order, its event, its
    mail, the reserved badges. Raises StaffDoNotOrder, OrderingClosed, DraftNotFound, DraftChanged, DraftIncomplete and
    orders.stock.NotEnoughBadges, and AccountRestricted; then nothing is written.
    """
    if account.is_staff:
        raise StaffDoNotOrder
    try:
        return _place(account=account, draft_id=draft_id, version=version, now=now)
    except IntegrityError as error:
        if _REFERENCE_CONSTRAINT not in str(error):
            raise
    # Two orders drew the same reference, one time in thousands of millions: draw again.
    return _place(account=account, draft_id=draft_id, version=version, now=now)


@transaction.atomic(durable=True)
def _place(*, account: User, draft_id: uuid.UUID, version: int, now: datetime) -> Order:
    # Not joined with the order: whoever waited for the lock would read the row anew, but its join as it was before.
    draft = OrderDraft.objects.select_for_update().filter(pk=draft_id, account=account).first()
    if draft is None:
        raise DraftNotFound
    if draft.order_id is not None:
        return Order.objects.get(pk=draft.order_id)
    check_not_restricted(account.pk)
    if draft.version != version:
        raise DraftChanged
    gap = first_gap(draft)
    if gap != CHECK_ANSWERS:
        raise DraftIncomplete(step=gap)
    if not Portal.current().ordering_open_at(now):
        raise OrderingClosed
    answers = answers_to_place(draft)
    order = Order.objects.create(
        reference=new_reference(),
        account=account,
        state=State.PLACED,
        state_changed_at=now,
        placed_at=now,
        address_key=address_key(answers["address_line_1"], answers["postcode"]),
        phone_key=phone_key(answers["phone"]),
        organisation_key=organisation_key(answers["organisation_name"]),
        **answers,
    )
    OrderDraft.objects.filter(pk=draft.pk).update(order=order, updated_at=now)
    kick(ASSESS_ORDERS)
    record_moves(arrow=MOVES["place"], moved=[Moved(order.pk, "", order.quantity)], actor=Actor.user(account), now=now)
    return order
