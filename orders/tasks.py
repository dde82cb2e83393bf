"""Background work of this room: the sweeps behind its promises."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from orders.ledger import check_stock_ledger
from orders.sweeping import sweep_drafts


@shared_task(name="orders.check_stock_ledger")
def check_ledger_task() -> list[str]:
    """Prove that ledger, balance and open orders agree; faults are logged and written to the audit record."""
    return check_stock_ledger(now=timezone.now())


@shared_task(name="orders.sweep_drafts")
def sweep_drafts_task() -> int:
    """Delete drafts that nobody came back to, and the answers of those that became orders."""
    return sweep_drafts(now=timezone.now())
