"""Correcting the ODS code of an order that waits for a person, and comparing it with the register at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.kick import kick
from orders.lifecycle import UNDECIDED_STATES, State
from orders.models import Order, OrderEvent
from orders.normalise import ods_key, organisation_key
from orders.placing import ASSESS_ORDERS
from orders.restricting import check_order_not_restricted
from verification.inbox_links import withdraw_links
from verification.kinds import ODS_CODE_CORRECTED
from verification.organisations import name_for_code
from verification.reassessing import reassess_order

CORRECTABLE_STATES = (State.PLACED, *UNDECIDED_STATES)


class CodeCannotBeCorrected(Exception):
    """The order is not CQC registered, or does not wait for its check any more. `state` is where it is."""

    def __init__(self, state: str) -> None:
        super().__init__("The ODS code of this order cannot be corrected.")
        self.state = state


def can_correct_code(order: Order) -> bool:
    """Whether the ODS code of `order` still matters."""
    return order.cqc_registered and order.state in CORRECTABLE_STATES


def correct_ods_code(*, order: Order, ods_code: str, actor: Actor, now: datetime) -> Order:
    """Write `ods_code` on `order`, withdraw links that were sent for the old one, and assess the order again at once.

    What the person said about the listing of the old code goes with it. Returns the order as it then is; raises
    CodeCannotBeCorrected, and AccountRestricted unless it is in dispute. The
    order is compared in a transaction of its own, and by the sweep if that should fail.
    """
    order = _write_code(order=order, ods_code=ods_key(ods_code), actor=actor, now=now)
    if order.state in UNDECIDED_STATES:
        reassess_order(order=order, now=now)
    return order


@transaction.atomic(durable=True)
def _write_code(*, order: Order, ods_code: str, actor: Actor, now: datetime) -> Order:
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    check_order_not_restricted(order, correcting=True)
    if not can_correct_code(order):
        raise CodeCannotBeCorrected(order.state)
    order.ods_code = ods_code
    order.location_id = order.provider_id = ""
    order.listing_denied = False
    changed = ["ods_code", "location_id", "provider_id", "listing_denied"]
    name = name_for_code(ods_code)
    if name:
        order.organisation_name = name
        order.organisation_key = organisation_key(name)
        changed += ["organisation_name", "organisation_key"]
    order.save(update_fields=changed)
    withdraw_links(order=order, now=now)
    OrderEvent.objects.create(
        order=order, kind="correct_ods_code", from_state=order.state, to_state=order.state, actor=str(actor), at=now
    )
    record(kind=ODS_CODE_CORRECTED, actor=actor, subject=order, now=now)
    kick(ASSESS_ORDERS)
    return order
