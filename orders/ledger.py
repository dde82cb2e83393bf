"""Proof that the stock adds up: the ledger's sum is the balance, and what is reserved is what open orders are owed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.audit.kinds import declare
from orders.models import StockBalance

log = structlog.get_logger(__name__)

STOCK_FAULT_FOUND = declare("stock_fault_found", "fault", "expected", "found")
_CHECKER = Actor.system("check-stock-ledger")


@transaction.atomic(durable=True)
def check_stock_ledger(*, now: datetime) -> list[str]:
    """Compare ledger, balance and orders at one moment; returns the names of the faults, each logged and audited.

    Faults: `on_hand_differs` and `reserved_differs` (ledger against balance), `orders_differ` (reserved against orders).
    """
    balance: Any = StockBalance.objects.with_proof().get(pk=1)
    compared = {
        "on_hand_differs": (balance.ledger_on_hand, balance.on_hand),
        "reserved_differs": (balance.ledger_reserved, balance.reserved),
        "orders_differ": (balance.owed, balance.reserved),
    }
    faults = {name: pair for name, pair in compared.items() if pair[0] != pair[1]}
    for name, (expected, found) in faults.items():
        log.error("stock_fault", fault=name, expected=expected, found=found)
        record(
            kind=STOCK_FAULT_FOUND, actor=_CHECKER, subject=balance, now=now, fault=name, expected=expected, found=found
        )
    return list(faults)
