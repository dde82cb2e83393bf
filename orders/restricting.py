"""Limiting the use of an order's data: at the word of the account's owner, or of a recipient who has no account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import DataRequest
from accounts.restricting import AccountRestricted, check_not_restricted, restricted_among
from badgeportal.inventory import Reach
from badgeportal.privacy.subject import DataSubject
from orders.models import Order
from orders.reference import parse_reference


def check_order_not_restricted(order: Order, *, correcting: bool = False) -> None:
    """Raise AccountRestricted if the owner of the account or the recipient limits the use of the data of `order`.

    `order` was read when it was locked: whoever limits it then waits for this transaction. With `correcting`, what is in dispute
    may still be put right.
    """
    check_not_restricted(order.account_id, correcting=correcting)
    if order.recipient_restricted_at is not None and not (correcting and _is_in_dispute(order)):
        raise AccountRestricted


def can_correct(order: Order) -> bool:
    """Whether what is wrong about `order` may be put right now; only read, so nothing is held until the page is sent."""
    try:
        check_order_not_restricted(order, correcting=True)
    except AccountRestricted:
        return False
    return True


def restricted_orders(orders: Iterable[Order]) -> set[int]:
    """The ids of those of `orders`, locked before, whose data is not used; within a transaction that stays so until its end."""
    found = list(orders)
    accounts = restricted_among(order.account_id for order in found)
    return {o.pk for o in found if o.recipient_restricted_at is not None or o.account_id in accounts}


def restrict_orders_of_recipient(subject: DataSubject, now: datetime) -> None:
    """Mark the orders that are addressed to a recipient without an account; those of an account are known by it."""
    if subject.reach is Reach.ORDER:
        _locked(subject.order_ids)
        asked = Order.objects.filter(pk__in=subject.order_ids, anonymised_at__isnull=True)
        asked.filter(recipient_restricted_at__isnull=True).update(recipient_restricted_at=now)


def free_orders_of_recipient(subject: DataSubject, now: datetime) -> None:
    """Take the mark off again, but for orders that another request of a recipient still limits."""
    if subject.reach is Reach.ORDER:
        _locked(subject.order_ids)
        still = set(DataRequest.objects.limiting_orders(subject.order_ids))
        Order.objects.filter(pk__in=set(subject.order_ids) - still).update(recipient_restricted_at=None)


def orders_called(references: Iterable[str]) -> dict[str, int]:
    """The number of each order that staff name by its reference as somebody reads it out; those not found are left out."""
    asked = {reference: parse_reference(reference) for reference in references}
    wanted = [reference for reference in asked.values() if reference]
    found = dict(Order.objects.filter(reference__in=wanted).values_list("reference", "pk"))
    return {typed: found[reference] for typed, reference in asked.items() if reference in found}


def names_of_orders(order_ids: Iterable[int]) -> list[str]:
    """The references of these orders, for staff."""
    return list(Order.objects.filter(pk__in=list(order_ids)).order_by("pk").values_list("reference", flat=True))


def _locked(order_ids: Iterable[int]) -> None:
    list(Order.objects.filter(pk__in=list(order_ids)).order_by("pk").select_for_update().values_list("pk"))


def _is_in_dispute(order: Order) -> bool:
    return DataRequest.objects.in_dispute_about(order.pk).exists()
