"""Proof that every erasure stands in the second place too, so that it can be done again after a restore."""

from __future__ import annotations

import uuid
from datetime import datetime

import structlog
from django.db import transaction

from accounts.models import ClosingPlan
from badgeportal.privacy import ledger
from badgeportal.privacy.models import ErasureLedgerEntry

log = structlog.get_logger(__name__)


def check_erasure_ledger(*, now: datetime) -> int:
    """Write again each erasure that the second place lacks, such as after its disk was changed; returns how many.

    Raises LedgerUnreachable when the place cannot be written or read: staff learn of it before somebody asks to be erased. Once
    the portal's data is being destroyed there is nothing to prove, and the place may be gone.
    """
    plan = ClosingPlan.objects.live().first()
    if plan is not None and plan.is_begun:
        return 0
    # In this order: a line is in the second place before its erasure can be seen here.
    erased = set(ErasureLedgerEntry.objects.values_list("pk", flat=True))
    lacking = erased - ledger.written(erased)
    again = sum(_write_again(line_id) for line_id in sorted(lacking))
    if again:
        log.error("erasures_written_again", erasures=again)
    return again


@transaction.atomic(durable=True)
def _write_again(line_id: uuid.UUID) -> bool:
    # Closing deletes the rows and then clears the second place: it waits here, or there is no row any more.
    entry = ErasureLedgerEntry.objects.select_for_update().filter(pk=line_id).first()
    if entry is None:
        return False
    ledger.write(
        ledger.Line(
            id=entry.pk,
            at=entry.at,
            actor=entry.actor,
            account_ids=tuple(entry.account_ids),
            order_ids=tuple(entry.order_ids),
            address_digests=tuple(entry.address_digests),
        )
    )
    return True
