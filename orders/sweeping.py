"""Drafts hold names and addresses, so they are not kept for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from orders.models import OrderDraft
from orders.models.answers import ANSWER_FIELDS

log = structlog.get_logger(__name__)

_BATCH = 1000
_NOTHING = {
    field.name: field.get_default() for field in OrderDraft._meta.concrete_fields if field.name in ANSWER_FIELDS
}


def sweep_drafts(*, now: datetime) -> int:
    """Delete open drafts untouched for DRAFT_DAYS and empty those placed as long ago; returns how many of both.

    Of people whose data is restricted nothing is deleted, since they may need it.
    A placed draft keeps its id and its order, so that an old check page sent again still finds the order.
    """
    before = now - timedelta(days=settings.DRAFT_DAYS)
    deleted = _in_batches(lambda: _delete_some(before))
    emptied = _in_batches(lambda: _empty_some(before))
    log.info("drafts_swept", deleted=deleted, emptied=emptied)
    return deleted + emptied


def _in_batches(step: Callable[[], int]) -> int:
    total = 0
    while done := step():
        total += done
    return total


@transaction.atomic
def _delete_some(before: datetime) -> int:
    stale = OrderDraft.objects.open().untouched_since(before).of_unrestricted_people()
    stale = stale.select_for_update(of=("self",), skip_locked=True)
    ids = list(stale.values_list("pk", flat=True)[:_BATCH])
    return OrderDraft.objects.filter(pk__in=ids).delete()[0]


@transaction.atomic
def _empty_some(before: datetime) -> int:
    placed = OrderDraft.objects.placed().untouched_since(before).with_answers().of_unrestricted_people()
    placed = placed.select_for_update(of=("self",), skip_locked=True)
    ids = list(placed.values_list("pk", flat=True)[:_BATCH])
    return OrderDraft.objects.filter(pk__in=ids).update(**_NOTHING)
