"""Correcting where an order goes: by staff, at the provider's word, until it is packed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from orders.delivery_address import fit_lines
from orders.holding import HOLDABLE_STATES
from orders.models import Order, OrderEvent
from orders.moves import OrderCannotMove
from orders.normalise import address_key

ADDRESS_FIELDS = ("recipient_name", "address_line_1", "address_line_2", "town", "county", "postcode")
# A parcel that came back is sent again once its address is right.
CORRECTABLE_STATES = (*HOLDABLE_STATES, "returned")


@transaction.atomic(durable=True)
def correct_delivery_address(*, order: Order, address: Mapping[str, str], actor: Actor, now: datetime) -> None:
    """Write `address` (the six fields of ADDRESS_FIELDS) on `order`; its history says that, not what, was corrected.

    Raises orders.delivery_address.AddressDoesNotFit, and orders.moves.OrderCannotMove when the parcel is packed or the
    order has ended. A hold stays until a person lifts it. `order` is read again afterwards.
    """
    fit_lines(
        name=address["recipient_name"],
        line_1=address["address_line_1"],
        line_2=address["address_line_2"],
        town=address["town"],
        county=address["county"],
        postcode=address["postcode"],
    )
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if locked.state not in CORRECTABLE_STATES:
        raise OrderCannotMove(reference=locked.reference, state=locked.state, move="be corrected")
    Order.objects.filter(pk=order.pk).update(
        **{name: address[name] for name in ADDRESS_FIELDS},
        address_key=address_key(address["address_line_1"], address["postcode"]),
    )
    OrderEvent.objects.create(
        order=locked, kind="correct_address", from_state=locked.state, to_state=locked.state, actor=str(actor), at=now
    )
    order.refresh_from_db()
