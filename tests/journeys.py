"""Reaching states on the road that people take: through the actions. Factories make leaves only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import VERIFICATION_OFFICER
from badgeportal.actor import Actor
from orders.drafts import save_answers
from orders.lifecycle import State, Who
from orders.models import Order, OrderDraft, StockBalance
from orders.moves import move_order
from orders.placing import place_order
from orders.stock import receive_badges
from tests.factories.user import StaffFactory, UserFactory

DELIVERY = {
    "recipient_name": "Megan Ŵyn-Jones",
    "address_line_1": "Rose Cottage Care Home",
    "address_line_2": "12 Mill Lane",
    "town": "Leeds",
    "county": "",
    "postcode": "LS1 4AP",
}
# An organisation that CQC does not list, and few enough badges to need no check.
NOT_CQC = {
    "cqc_registered": False,
    "organisation_name": "Sunrise Day Centre",
    "organisation_type": "day_service",
    "quantity": 10,
    # The order gets it only when a check is due.
    "phone": "+441614960123",
    **DELIVERY,
}
CQC = {"cqc_registered": True, "ods_code": "VLLWV", "organisation_answered": True, "quantity": 10, **DELIVERY}
JOB = Actor.system("test-journey")

# The moves that lead from a placed order to each state, and who makes them.
_ROADS: dict[State, tuple[tuple[str, Who], ...]] = {
    State.PLACED: (),
    State.CHECKING: (("send_to_check", Who.SYSTEM),),
    State.AWAITING_PROVIDER: (("send_to_check", Who.SYSTEM), ("ask_provider", Who.STAFF)),
    State.VERIFIED: (("verify", Who.SYSTEM),),
    State.BATCHED: (("verify", Who.SYSTEM), ("batch", Who.SYSTEM)),
    State.DISPATCHED: (("verify", Who.SYSTEM), ("batch", Who.SYSTEM), ("dispatch", Who.SYSTEM)),
    State.DELIVERED: (
        ("verify", Who.SYSTEM), ("batch", Who.SYSTEM), ("dispatch", Who.SYSTEM), ("deliver", Who.SYSTEM),
    ),
    State.RETURNED: (
        ("verify", Who.SYSTEM), ("batch", Who.SYSTEM), ("dispatch", Who.SYSTEM), ("come_back", Who.SYSTEM),
    ),
    State.REFUSED: (("send_to_check", Who.SYSTEM), ("refuse", Who.STAFF)),
    State.CANCELLED: (("cancel", Who.PROVIDER),),
}  # fmt: skip


def stocked(badges: int = 5000) -> StockBalance:
    """The shelf, with at least `badges` that can be ordered."""
    missing = badges - StockBalance.current().available
    if missing > 0:
        receive_badges(quantity=missing, reason="Opening delivery", actor=JOB, now=timezone.now())
    return StockBalance.current()


def finished_draft(account: User | None = None, *, now: datetime | None = None, **answers: Any) -> OrderDraft:
    """A draft of `account` with every question answered: not CQC registered and 10 badges, but for `answers`."""
    wanted = (CQC if answers.get("cqc_registered") else NOT_CQC) | answers
    return save_answers(account=account or UserFactory(), answers=wanted, now=now or timezone.now())


def placed_order(account: User | None = None, *, now: datetime | None = None, **answers: Any) -> Order:
    """An order that was just placed; the shelf is stocked as needed."""
    now = now or timezone.now()
    draft = finished_draft(account, now=now, **answers)
    if draft.quantity > StockBalance.current().available:
        stocked(draft.quantity + 5000)
    return place_order(account=draft.account, draft_id=draft.pk, version=draft.version, now=now)


def order_at(state: State | str, account: User | None = None, *, now: datetime | None = None, **answers: Any) -> Order:
    """An order in `state`, moved there along the lifecycle, a minute for each move from `now` (default: an hour ago)."""
    now = now or timezone.now() - timedelta(hours=1)
    order = placed_order(account, now=now, **answers)
    officer: User | None = None
    for number, (move, by) in enumerate(_ROADS[State(state)], start=1):
        changes: dict[str, Any] = {}
        actor = JOB
        if by is Who.PROVIDER:
            actor = Actor.user(order.account)
        elif by is Who.STAFF:
            officer = officer or StaffFactory(role=VERIFICATION_OFFICER)
            actor = Actor.user(officer)
        if move == "refuse":
            changes = {"refused_by": officer, "refusal_reason": "not_social_care"}
        with transaction.atomic():
            move_order(
                move=move, order=order, by=by, actor=actor, now=now + timedelta(minutes=number), changes=changes,
                reason=changes.get("refusal_reason", ""),
            )  # fmt: skip
    return order
