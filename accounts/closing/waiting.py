"""What is still open while the portal closes: finished by those whose work it is, cancelled at once, or settled with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit_kinds import CLOSING_CHANGED
from accounts.closing.planning import NotNow
from accounts.models import Breach, ClosingPlan, ClosingSettlement, Complaint, DataRequest, User
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.inventory import HoldsClosing, inventories


class OrderingGoesOn(Exception):
    """Orders are cancelled only once nobody can place new ones."""


@dataclass(frozen=True, slots=True)
class Open:
    """One open matter with its mark in a form."""

    mark: str
    matter: HoldsClosing


def still_open(plan: ClosingPlan) -> list[Open]:
    """Everything that closing waits for, but for what a manager settled."""
    settled = set(plan.settlements.values_list("subject_type", "subject_id"))
    found = [matter for inventory in inventories() for name in inventory.holding_closing for matter in name()]
    return [
        Open(f"{matter.label}:{matter.key}", matter) for matter in found if (matter.label, matter.key) not in settled
    ]


def settle_for_closing(
    *, plan_id: int, marks: Iterable[str], reason: ClosingSettlement.Reason | str, actor: Actor, now: datetime
) -> int:
    """Note why closing need not wait for the open matters with these `marks`; returns how many. Raises NotNow."""
    wanted = set(marks)
    with transaction.atomic(durable=True):
        plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
        if plan.state != ClosingPlan.State.CONFIRMED:
            raise NotNow
        matters = [one.matter for one in still_open(plan) if one.mark in wanted and not one.matter.by_hand]
        ClosingSettlement.objects.bulk_create(
            ClosingSettlement(
                plan=plan,
                subject_type=matter.label,
                subject_id=matter.key,
                reason=reason,
                settled_by_id=actor.account,
                settled_at=now,
            )
            for matter in matters
        )
        if matters:
            record(kind=CLOSING_CHANGED, actor=actor, subject=plan, now=now, change="settle", reason=str(reason))
    return len(matters)


def cancel_what_is_open(*, plan_id: int, actor: Actor, now: datetime) -> int:
    """Cancel every order that is not on its way, with a mail to each; returns how many. Raises NotNow, OrderingGoesOn."""
    with transaction.atomic(durable=True):
        plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
        if plan.state != ClosingPlan.State.CONFIRMED:
            raise NotNow
        if not plan.ordering_is_off(now):
            raise OrderingGoesOn
        cancelled = 0
        # Later rooms first: what they hold of an order is let go before the order is cancelled.
        for inventory in reversed(inventories()):
            for function in inventory.cancelling_at_closing:
                cancelled += function(actor=actor, now=now)
        record(kind=CLOSING_CHANGED, actor=actor, subject=plan, now=now, change="cancel_open_orders")
    return cancelled


def rights_under_way() -> Iterable[HoldsClosing]:
    """Open data requests, complaints and breaches, and restrictions that nobody has lifted."""
    for request in DataRequest.objects.open().order_by("pk"):
        due = f", due {request.due_on:%-d %B %Y}" if request.due_on else ""
        kind = request.get_kind_display()
        yield HoldsClosing("accounts.datarequest", request.pk, f"Data request {request.reference}", f"{kind}{due}")
    for complaint in Complaint.objects.open().order_by("pk"):
        yield HoldsClosing("accounts.complaint", complaint.pk, f"Complaint {complaint.reference}", "Not answered")
    for breach in Breach.objects.open().order_by("pk"):
        yield HoldsClosing("accounts.breach", breach.pk, f"Breach {breach.reference}", "Not closed")
    limiting = DataRequest.objects.limiting().closed()
    for request in limiting:
        words = "Use of a recipient’s data is restricted"
        yield HoldsClosing("accounts.datarequest", request.pk, f"Data request {request.reference}", words)
    for pk in User.objects.under_restriction().values_list("pk", flat=True):
        yield HoldsClosing("accounts.user", pk, f"Account {pk}", "Use of the data is restricted")
