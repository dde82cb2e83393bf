"""Changing where an order goes until it is packed: by its provider, or by staff at the provider's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.kick import kick
from badgeportal.outbox.actions import queue_mail
from orders.delivery_address import fit_lines
from orders.holding import HOLDABLE_STATES
from orders.lifecycle import UNPACKED_STATES, State, Who
from orders.models import Order, OrderEvent
from orders.models.order import Hold
from orders.moves import OrderCannotMove, move_order
from orders.normalise import address_key
from orders.placing import ASSESS_ORDERS
from orders.restricting import check_order_not_restricted

ADDRESS_FIELDS = ("recipient_name", "address_line_1", "address_line_2", "town", "county", "postcode")
# A parcel that came back is sent again once its address is right.
CORRECTABLE_STATES = (*HOLDABLE_STATES, "returned")
ADDRESS_CHANGED = "order_address_changed"
_ADDRESS_EVENTS = ("change_address", "correct_address")
_CHECKED_EVENTS = ("verify", "approve")
# The reason of a correction that leads to another door than the one that was checked.
ANOTHER_ADDRESS = "another_address"


def can_change_address(order: Order) -> bool:
    """Whether the provider of `order` may change where it goes: not once it is packed, nor while a person holds it."""
    return order.state in UNPACKED_STATES and order.hold != Hold.OFFICER


def address_version(order: Order) -> int:
    """A number that is another one whenever the address of `order` was changed; 0 as long as it was not."""
    changes = order.events.filter(kind__in=_ADDRESS_EVENTS)
    return changes.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic(durable=True)
def change_delivery_address(*, order: Order, address: Mapping[str, str], actor: Actor, now: datetime) -> bool:
    """Write `address` (the six fields of ADDRESS_FIELDS) on `order` at the word of its provider; returns whether it differs.

    A verified order goes back to be checked at the new address. The provider is told by mail, and the history says that, not
    what, was changed. Raises orders.delivery_address.AddressDoesNotFit, and orders.moves.OrderCannotMove when the order is
    packed, held by a person, or has ended. Raises AccountRestricted unless it is in dispute. `order` is read again afterwards.
    """
    _must_fit(address)
    locked = _lock(order)
    check_order_not_restricted(locked, correcting=True)
    if not can_change_address(locked):
        raise OrderCannotMove(reference=locked.reference, state=locked.state, move="change its address")
    if all(getattr(locked, name) == address[name] for name in ADDRESS_FIELDS):
        return False
    _write(locked, address, kind="change_address", actor=actor, now=now)
    if locked.state == State.VERIFIED:
        check_again(order=locked, by=Who.PROVIDER, actor=actor, now=now)
    queue_mail(template=ADDRESS_CHANGED, subject_type="orders.order", subject_ids=[order.pk], now=now)
    order.refresh_from_db()
    return True


@transaction.atomic(durable=True)
def correct_delivery_address(*, order: Order, address: Mapping[str, str], actor: Actor, now: datetime) -> bool:
    """Write `address` (the six fields of ADDRESS_FIELDS) on `order`; its history says that, not what, was corrected.

    A verified order goes back to be checked when it is another address (`address_key`): then this returns True. The same
    address set out otherwise, or another name above it, was checked already. Raises orders.delivery_address.AddressDoesNotFit,
    and orders.moves.OrderCannotMove when the parcel is packed or the order has ended. A hold stays until a person lifts it.
    Raises AccountRestricted unless it is in dispute. `order` is read again afterwards.
    """
    _must_fit(address)
    locked = _lock(order)
    check_order_not_restricted(locked, correcting=True)
    if locked.state not in CORRECTABLE_STATES:
        raise OrderCannotMove(reference=locked.reference, state=locked.state, move="be corrected")
    another = address_key(address["address_line_1"], address["postcode"]) != locked.address_key
    reason = ANOTHER_ADDRESS if another else ""
    _write(locked, address, kind="correct_address", actor=actor, now=now, reason=reason)
    goes_back = another and locked.state == State.VERIFIED
    if goes_back:
        check_again(order=locked, by=Who.STAFF, actor=actor, now=now)
    order.refresh_from_db()
    return goes_back


def check_again(*, order: Order, by: Who, actor: Actor, now: datetime) -> None:
    """Let the verified `order` be assessed afresh at the address that it has now; needs an open transaction."""
    move_order(move="check_again", order=order, by=by, actor=actor, now=now)
    kick(ASSESS_ORDERS)


def moved_since_checked(order: Order) -> bool:
    """Whether staff gave `order` another address after it was last verified, as happens to a parcel that came back."""
    corrected = order.events.filter(kind="correct_address", reason=ANOTHER_ADDRESS).order_by("-pk")
    checked = order.events.filter(kind__in=_CHECKED_EVENTS).order_by("-pk")
    newest = corrected.values_list("pk", flat=True).first()
    return newest is not None and newest > (checked.values_list("pk", flat=True).first() or 0)


def _must_fit(address: Mapping[str, str]) -> None:
    fit_lines(
        name=address["recipient_name"],
        line_1=address["address_line_1"],
        line_2=address["address_line_2"],
        town=address["town"],
        county=address["county"],
        postcode=address["postcode"],
    )


def _lock(order: Order) -> Order:
    """The order as it is once no batch, assessment or colleague has hold of it."""
    return Order.objects.select_for_update(of=("self",)).get(pk=order.pk)


def _write(
    order: Order, address: Mapping[str, str], *, kind: str, actor: Actor, now: datetime, reason: str = ""
) -> None:
    Order.objects.filter(pk=order.pk).update(
        **{name: address[name] for name in ADDRESS_FIELDS},
        address_key=address_key(address["address_line_1"], address["postcode"]),
    )
    OrderEvent.objects.create(
        order=order, kind=kind, from_state=order.state, to_state=order.state, reason=reason, actor=str(actor), at=now
    )
