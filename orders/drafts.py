"""Saving answers on the draft, one question at a time, so that an order can be taken up again from any device."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.restricting import check_not_restricted
from orders.models import Order, OrderDraft
from orders.models.answers import ANSWER_FIELDS

# `changed_cqc_answer` is worked out here and never typed.
_MAY_BE_SAVED = frozenset({*ANSWER_FIELDS, "organisation_answered"} - {"changed_cqc_answer"})


class DraftAlreadyPlaced(Exception):
    """The page belongs to a draft that has become `order`, in another tab perhaps: its answers can no longer change."""

    def __init__(self, order: Order) -> None:
        super().__init__(f"The draft was placed as {order.reference}")
        self.order = order


def open_draft(account: User) -> OrderDraft:
    """The draft that `account` is working on; a new one, not saved yet, when there is none."""
    return OrderDraft.objects.open().of(account.pk).first() or OrderDraft(account=account)


@transaction.atomic(durable=True)
def save_answers(
    *, account: User, answers: Mapping[str, Any], now: datetime, draft_id: uuid.UUID | None = None
) -> OrderDraft:
    """Write `answers` (by field name) on the open draft of `account`, made now if there is none, and return it.

    `draft_id` is the draft that the page was shown for; raises DraftAlreadyPlaced when it has become an order since. The
    version goes up only when an answer changes, so that a check page in another tab stays good. Raises ValueError for a
    field that is not an answer, and AccountRestricted.
    """
    unknown = set(answers) - _MAY_BE_SAVED
    if unknown:
        raise ValueError(f"Not answers of the journey: {', '.join(sorted(unknown))}")
    draft = _locked(account, now, shown_for=draft_id)
    check_not_restricted(account.pk)
    changes = {name: value for name, value in answers.items() if getattr(draft, name) != value}
    # What a page says itself stands.
    changes |= {name: value for name, value in _what_follows(draft, changes).items() if name not in answers}
    if changes:
        for name, value in changes.items():
            setattr(draft, name, value)
        draft.version += 1
    draft.updated_at = now
    draft.save(update_fields=[*changes, "version", "updated_at"])
    return draft


class DraftInTheWay(Exception):
    """The person has begun `draft` since they were asked, or changed it: they are asked again before it is replaced."""

    def __init__(self, draft: OrderDraft) -> None:
        super().__init__(f"The draft {draft.pk} would be replaced")
        self.draft = draft


@transaction.atomic(durable=True)
def begin_again(*, order: Order, account: User, replacing: int, now: datetime) -> OrderDraft:
    """An open draft of `account` with the answers of their `order`, all but the number of badges; returns it.

    `replacing` is the version of the open draft that the person agreed to lose, 0 when they were shown none. Raises
    DraftInTheWay when it is another by now, and AccountRestricted.
    """
    draft = _locked(account, now, shown_for=None)
    check_not_restricted(account.pk)
    if draft.version != replacing:
        raise DraftInTheWay(draft)
    answers: dict[str, Any] = {name: getattr(order, name) for name in ANSWER_FIELDS}
    answers |= {"quantity": None, "organisation_answered": order.cqc_registered and bool(order.organisation_name)}
    # Neither an order nor a draft that said CQC registered first is forgotten.
    went_back = draft.cqc_registered is True and not order.cqc_registered
    answers["changed_cqc_answer"] = order.changed_cqc_answer or draft.changed_cqc_answer or went_back
    for name, value in answers.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.updated_at = now
    draft.save(update_fields=[*answers, "version", "updated_at"])
    return draft


def _locked(account: User, now: datetime, *, shown_for: uuid.UUID | None) -> OrderDraft:
    mine = OrderDraft.objects.open().of(account.pk).select_for_update()
    draft = mine.first()
    if shown_for is not None and (draft is None or draft.pk != shown_for):
        # Asked after the lock: the other tab may have placed it while this one waited.
        placed = OrderDraft.objects.placed().of(account.pk).select_related("order").filter(pk=shown_for).first()
        if placed is not None and placed.order is not None:
            raise DraftAlreadyPlaced(placed.order)
    if draft is None:
        # Two first pages sent at once: the unique constraint lets one row in, and both go on with it.
        try:
            OrderDraft.objects.bulk_create(
                [OrderDraft(account=account, started_at=now, updated_at=now)], ignore_conflicts=True
            )
        except IntegrityError:
            # The person was erased while the page was open: nothing is kept, and nobody is signed in any more.
            raise PermissionDenied from None
        draft = mine.get()
    return draft


def _what_follows(draft: OrderDraft, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Further fields that a changed answer changes."""
    following: dict[str, Any] = {}
    if draft.cqc_registered is True and changes.get("cqc_registered") is False:
        # Never cleared: going back and forth does not avoid the check.
        following["changed_cqc_answer"] = True
    if "ods_code" in changes:
        following |= {"organisation_answered": False, "location_id": "", "provider_id": "", "listing_denied": False}
    return following
