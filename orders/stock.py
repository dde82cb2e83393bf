"""Movements of badges. Every function writes the ledger and the balance together, the balance row last: it is the hot one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from badgeportal.actor import Actor
from badgeportal.bulk import insert_rows
from orders.lifecycle import StockEffect
from orders.models import StockBalance, StockMovement
from orders.models.stock import MovementKind


class NotEnoughBadges(Exception):
    """More badges were asked for than are free. `available` is how many are."""

    def __init__(self, *, wanted: int, available: int) -> None:
        super().__init__(f"{wanted} badges wanted, {available} available")
        self.wanted = wanted
        self.available = available


class StockChanged(Exception):
    """Stock was changed by hand since the form was shown: by a colleague, or by the same form sent twice."""


def receive_badges(
    *, quantity: int, reason: str, actor: Actor, now: datetime, after: int | None = None
) -> StockMovement:
    """Put `quantity` (above 0) badges from the maker on the shelf.

    `after` is the newest movement by hand that the person saw (0 for none); raises StockChanged when there is a newer one.
    """
    if quantity <= 0:
        raise ValueError("Badges received must be more than 0.")
    return _by_hand(kind=MovementKind.RECEIVED, change=quantity, reason=reason, actor=actor, now=now, after=after)


def write_off_badges(
    *, quantity: int, reason: str, actor: Actor, now: datetime, after: int | None = None
) -> StockMovement:
    """Take `quantity` (above 0) lost or damaged badges off the shelf; raises NotEnoughBadges if that many are not free.

    `after` as for `receive_badges`.
    """
    if quantity <= 0:
        raise ValueError("Badges written off must be more than 0.")
    return _by_hand(kind=MovementKind.WRITTEN_OFF, change=-quantity, reason=reason, actor=actor, now=now, after=after)


def correct_stock(*, change: int, reason: str, actor: Actor, now: datetime, after: int | None = None) -> StockMovement:
    """Change what is on the shelf by `change` (either way, not 0) after a count; raises NotEnoughBadges below what is promised.

    `after` as for `receive_badges`.
    """
    if change == 0:
        raise ValueError("A correction must change the number of badges.")
    return _by_hand(kind=MovementKind.CORRECTED, change=change, reason=reason, actor=actor, now=now, after=after)


def apply_to_stock(*, effect: StockEffect, quantities: Sequence[tuple[int, int]], actor: Actor, now: datetime) -> None:
    """Write what a move of orders does to the badges; `quantities` are (order id, number of badges).

    Call it last in the transaction. Raises NotEnoughBadges, and nothing is written, when fewer are free than promised.
    """
    if not quantities:
        return
    on_hand, reserved = effect.value
    insert_rows(
        StockMovement,
        same={"kind": effect.name.lower(), "actor": str(actor), "at": now},
        each={
            "order_id": [order_id for order_id, _ in quantities],
            "on_hand_change": [on_hand * quantity for _, quantity in quantities],
            "reserved_change": [reserved * quantity for _, quantity in quantities],
        },
    )
    total = sum(quantity for _, quantity in quantities)
    _change_balance(on_hand=on_hand * total, reserved=reserved * total)


def _by_hand(
    *, kind: MovementKind, change: int, reason: str, actor: Actor, now: datetime, after: int | None
) -> StockMovement:
    if not reason.strip():
        raise ValueError("A movement of stock by hand needs a reason.")
    with transaction.atomic():
        if after is not None:
            # Rare and by people: here the hot row is taken first, so that of two forms sent at once the second sees the first.
            StockBalance.objects.select_for_update().get(pk=1)
            if StockMovement.objects.newest_by_hand() != after:
                raise StockChanged
        movement = StockMovement.objects.create(
            kind=kind, on_hand_change=change, reserved_change=0, reason=reason.strip(), actor=str(actor), at=now
        )
        _change_balance(on_hand=change, reserved=0)
    return movement


def _change_balance(*, on_hand: int, reserved: int) -> None:
    # One guarded statement: it waits for the row, reads it again, and changes it only if enough is free.
    takes = reserved - on_hand
    rows = StockBalance.objects.filter(pk=1)
    if takes > 0:
        rows = rows.filter(on_hand__gte=F("reserved") + takes)
    if not rows.update(on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved):
        raise NotEnoughBadges(wanted=takes, available=StockBalance.objects.available())
