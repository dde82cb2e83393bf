"""Background work of this room. Every task is a pull that may run twice."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from verification import retention
from verification.assessing import assess_orders
from verification.checking.asking import remind_providers, stop_waiting
from verification.checking.closing import close_stale_checks
from verification.reassessing import open_missing_checks, reassess_open_checks
from verification.register.sweeping import sweep_failed_rows

log = structlog.get_logger(__name__)

REASSESS_AFTER_IMPORT = "verification.reassess_after_import"


@shared_task(name="verification.assess_orders")
def assess_waiting_orders() -> int:
    """Assess what waits and close the checks of orders that were cancelled; kicked by placing, swept every minute.

    Returns how many orders and checks it dealt with, for the figures.
    """
    counts = assess_orders(now=timezone.now())
    closed = close_stale_checks(now=timezone.now())
    if counts.assessed or closed:
        log.info("orders_assessed", **counts._asdict(), checks_closed=closed)
    opened = open_missing_checks(now=timezone.now())
    if opened:
        # Nothing in the portal leaves an order without its check, so somebody should find out who did.
        log.error("orders_without_a_check", found=opened)
    return counts.assessed + closed + opened


@shared_task(name=REASSESS_AFTER_IMPORT)
def reassess_after_import() -> int:
    """Compare the open checks with the register, and return how many changed; kicked after each import, swept every hour."""
    counts = reassess_open_checks(now=timezone.now())
    if counts.changed:
        log.info("checks_reassessed", **counts._asdict())
    return counts.changed


@shared_task(name="verification.follow_questions")
def follow_questions() -> int:
    """Remind providers who have not answered, and put orders whose question is old back before a person; returns how many."""
    back = stop_waiting(now=timezone.now())
    reminded = remind_providers(now=timezone.now())
    if back or reminded:
        log.info("questions_followed", reminded=reminded, back_in_the_queue=back)
    return reminded + back


@shared_task(name="verification.sweep_failed_rows")
def sweep_failed_rows_task() -> int:
    """Delete old rows that could not be loaded."""
    return sweep_failed_rows(now=timezone.now())


@shared_task(name="verification.sweep_links_and_questions")
def sweep_links_and_questions() -> int:
    """Delete old links to listed inboxes, and the words of old questions."""
    return retention.sweep_links_and_questions(now=timezone.now())
