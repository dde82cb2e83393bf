"""Opening and closing ordering."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.audit_kinds import ORDERING_CHANGED
from accounts.models import ClosingPlan, Portal
from badgeportal.actor import Actor
from badgeportal.audit.actions import record


class PortalCloses(ValueError):
    """The portal is to close for good: ordering cannot go on after the day that was decided."""


class ClosesInThePast(ValueError):
    """A day on which ordering closes must lie ahead."""


def set_ordering(*, open: bool, closes_at: datetime | None, actor: Actor, now: datetime) -> Portal:  # noqa: A002  the word
    """Open or shut ordering, and say when it will close by itself (None: not planned).

    Signing in, following orders and data rights go on when ordering is shut. Raises ClosesInThePast when ordering is
    to be open but its closing time has passed, PortalCloses when it would go on after the day on which the portal's closing
    stops it.
    """
    if open and closes_at is not None and closes_at <= now:
        raise ClosesInThePast
    plan = ClosingPlan.objects.live().first()
    if open and plan is not None and plan.is_confirmed and (closes_at is None or closes_at > plan.ordering_stops_at):
        raise PortalCloses
    with transaction.atomic(durable=True):
        portal = Portal.objects.select_for_update().get(pk=1)
        if (portal.ordering_open, portal.ordering_closes_at) == (open, closes_at):
            return portal
        portal.ordering_open = open
        portal.ordering_closes_at = closes_at
        portal.changed_at = now
        portal.save()
        closes = closes_at.isoformat() if closes_at else None
        record(kind=ORDERING_CHANGED, actor=actor, subject=portal, now=now, open=open, closes_at=closes)
    return portal
