"""A closing, brought to each of its stages by the managers' own actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.closing import notice
from accounts.closing.destroying import close_portal
from accounts.closing.planning import confirm_closing, note_backup_key_destroyed, schedule_closing
from accounts.closing.waiting import cancel_what_is_open, settle_for_closing, still_open
from accounts.models import ClosingPlan
from accounts.roles import PORTAL_MANAGER
from badgeportal.actor import Actor
from tests.factories.user import StaffFactory

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ORDERING, SIGN_IN, DESTROYED = (NOW + timedelta(days=days) for days in (40, 60, 80))
DATES: dict[str, Any] = {"ordering_stops_at": ORDERING, "sign_in_stops_at": SIGN_IN, "destroyed_from": DESTROYED}


def manager() -> Actor:
    return Actor.user(StaffFactory(role=PORTAL_MANAGER))


def scheduled(*, actor: Actor | None = None, staff_kept_until: date | None = None) -> ClosingPlan:
    """A plan that waits for the second manager."""
    return schedule_closing(**DATES, staff_kept_until=staff_kept_until, actor=actor or manager(), now=NOW)


def confirmed(**more: Any) -> ClosingPlan:
    plan = scheduled(**more)
    confirm_closing(plan_id=plan.pk, actor=manager(), now=NOW + timedelta(days=1))
    plan.refresh_from_db()
    return plan


def ready(**more: Any) -> ClosingPlan:
    """Confirmed, with nothing open that it waits for, and the backup key destroyed."""
    plan = confirmed(**more)
    actor = manager()
    if still_open(plan):
        cancel_what_is_open(plan_id=plan.pk, actor=actor, now=ORDERING)
        marks = [one.mark for one in still_open(plan)]
        settle_for_closing(plan_id=plan.pk, marks=marks, reason="with_dhsc", actor=actor, now=SIGN_IN)
    note_backup_key_destroyed(plan_id=plan.pk, actor=actor, now=SIGN_IN)
    plan.refresh_from_db()
    return plan


def moved(plan: ClosingPlan, *, destroyed_from: datetime) -> None:
    """As if the plan had been made as long before `destroyed_from` as it had to be."""
    by = destroyed_from - plan.destroyed_from
    for name in DATES:
        setattr(plan, name, getattr(plan, name) + by)
    plan.save()
    notice.forget()


def destroyed(**more: Any) -> ClosingPlan:
    plan = ready(**more)
    close_portal(now=DESTROYED)
    plan.refresh_from_db()
    assert plan.state == "destroyed"
    return plan
