"""Counting badges together, so that a large order is not split to avoid its check.

Orders count together when they share the account, or the delivery address, phone or organisation name once normalised: all that
are not cancelled or refused since the last approved check of that account, address, phone or name. The latest one waits: an
order counts those placed before it, and later ones only if they were let through already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.models import Min

from badgeportal.bulk import among
from orders.lifecycle import UNDECIDED_STATES, State
from orders.models import Order
from verification.models import Assessment, ManualCheck

_WAITING = frozenset({State.PLACED.value, *(state.value for state in UNDECIDED_STATES)})
_KINDS = ("account", "address", "phone", "organisation")
Key = tuple[str, int | str]


class Counted(Protocol):
    """An order of the chunk, as far as counting needs it."""

    @property
    def order_id(self) -> int: ...
    @property
    def account_id(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def placed_at(self) -> datetime: ...
    @property
    def address_key(self) -> str: ...
    @property
    def phone_key(self) -> str: ...
    @property
    def organisation_key(self) -> str: ...


class Related(NamedTuple):
    """An order that shares something with one of the chunk."""

    order_id: int
    account_id: int
    address_key: str
    phone_key: str
    organisation_key: str
    quantity: int
    placed_at: datetime
    state: str
    # When the portal first assessed it, and when a check of it was approved.
    assessed_at: datetime | None = None
    approved_at: datetime | None = None


def keys_of(order: Counted | Related) -> Iterator[Key]:
    """What `order` may share with others; an empty key is shared with nobody."""
    values: tuple[int | str, ...] = (order.account_id, order.address_key, order.phone_key, order.organisation_key)
    return ((kind, value) for kind, value in zip(_KINDS, values, strict=True) if value)


def badges_together(orders: Sequence[Counted]) -> dict[int, int]:
    """For each of `orders`, its badges and those of all that count together with it, by order id."""
    if not orders:
        return {}
    related = _read_related(orders)
    sharing: dict[Key, list[Related]] = defaultdict(list)
    for other in related:
        for key in keys_of(other):
            sharing[key].append(other)
    approved: dict[Key, datetime] = {}
    for other in related:
        if other.approved_at is not None:
            for key in keys_of(other):
                approved[key] = max(other.approved_at, approved.get(key, other.approved_at))
    return {order.order_id: count_together(order, sharing, approved) for order in orders}


def count_together(order: Counted, sharing: dict[Key, list[Related]], approved: dict[Key, datetime]) -> int:
    """Badges of `order` and of all orders in `sharing` that count with it; `approved` is the last approval of each key."""
    counted = {order.order_id: order.quantity}
    for key in keys_of(order):
        since = approved.get(key)
        for other in sharing.get(key, ()):
            if not is_settled(other, since) and comes_before(other, order):
                counted[other.order_id] = other.quantity
    return sum(counted.values())


def is_settled(other: Related, since: datetime | None) -> bool:
    """Whether a person approved `other`, or what was known when it was let through, by the check approved at `since`."""
    if since is None:
        return False
    return other.approved_at is not None or (other.assessed_at is not None and other.assessed_at < since)


def comes_before(other: Related, order: Counted) -> bool:
    """Whether `other` was placed before `order`, or was let through already."""
    return (other.placed_at, other.order_id) < (order.placed_at, order.order_id) or other.state not in _WAITING


def _read_related(orders: Sequence[Counted]) -> list[Related]:
    rows = Order.objects.counting_together_with(
        accounts={order.account_id for order in orders},
        addresses={order.address_key for order in orders},
        phones={order.phone_key for order in orders},
        organisations={order.organisation_key for order in orders},
    ).values_list("pk", "account_id", "address_key", "phone_key", "organisation_key", "quantity", "placed_at", "state")
    related = [Related(*row) for row in rows]
    ids = [other.order_id for other in related]
    assessed = _dates(Assessment.objects.filter(among("order", ids)).values_list("order_id").annotate(Min("at")))
    approved = _dates(ManualCheck.objects.approved().of_orders(ids).values_list("order_id", "closed_at"))
    return [
        other._replace(assessed_at=assessed.get(other.order_id), approved_at=approved.get(other.order_id))
        for other in related
    ]


def _dates(rows: Iterable[tuple[int, datetime | None]]) -> dict[int, datetime]:
    """The latest date of each order in `rows`."""
    found: dict[int, datetime] = {}
    for order_id, at in rows:
        if at is not None:
            found[order_id] = max(at, found.get(order_id, at))
    return found
