"""Deciding to close: one manager schedules, another confirms, and either calls it off until the destroying has begun."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.audit_kinds import CLOSING_CHANGED, ORDERING_CHANGED
from accounts.closing.notice import forget
from accounts.closing.telling import TELL_OF_CLOSING
from accounts.models import ClosingPlan, Portal
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.kick import kick

State = ClosingPlan.State


class DatesDoNotFit(ValueError):
    """The dates are not in order, or come too soon. `field` is the date to change, the text a sentence for the manager."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class PlannedAlready(Exception):
    """There is a live plan. Call it off to make another."""


class SamePerson(Exception):
    """Whoever scheduled the closing cannot be the one who confirms it."""


class NotNow(Exception):
    """The plan is not where this step starts: somebody was first, or the destroying has begun."""


class ConfirmedTooLate(Exception):
    """People would hear of it too late. Call the plan off and schedule later dates."""


def schedule_closing(
    *,
    ordering_stops_at: datetime,
    sign_in_stops_at: datetime,
    destroyed_from: datetime,
    staff_kept_until: date | None,
    actor: Actor,
    now: datetime,
) -> ClosingPlan:
    """Write the plan down; from now on every page says that the portal is to close. Raises DatesDoNotFit, PlannedAlready."""
    check_dates(ordering_stops_at, sign_in_stops_at, destroyed_from, staff_kept_until, now=now)
    try:
        with transaction.atomic(durable=True):
            plan = ClosingPlan.objects.create(
                ordering_stops_at=ordering_stops_at,
                sign_in_stops_at=sign_in_stops_at,
                destroyed_from=destroyed_from,
                staff_kept_until=staff_kept_until,
                scheduled_by_id=actor.account,
                scheduled_at=now,
            )
            record(kind=CLOSING_CHANGED, actor=actor, subject=plan, now=now, change="schedule")
    except IntegrityError as fault:
        if "closing_one_live_plan_at_a_time" in str(fault):
            raise PlannedAlready from None
        raise
    forget()
    return plan


def check_dates(
    ordering: datetime, sign_in: datetime, destroyed: datetime, staff: date | None, *, now: datetime
) -> None:
    """Raise DatesDoNotFit unless everybody hears of it in time and each date is far enough behind the one before."""
    notice, gap = timedelta(days=settings.CLOSING_NOTICE_DAYS), timedelta(days=settings.CLOSING_GAP_DAYS)
    if ordering < now + notice:
        raise DatesDoNotFit(
            "ordering_stops_at", f"Ordering must go on for at least {notice.days} days, so that everybody hears of it"
        )
    if sign_in < ordering + gap:
        raise DatesDoNotFit("sign_in_stops_at", f"Sign-in must stop at least {gap.days} days after ordering")
    if destroyed < sign_in + gap:
        raise DatesDoNotFit(
            "destroyed_from", f"The data can be destroyed at the earliest {gap.days} days after sign-in stops"
        )
    if staff is not None and staff <= destroyed.date():
        raise DatesDoNotFit(
            "staff_kept_until", "Staff accounts can only be kept until a day after the data is destroyed"
        )


@transaction.atomic(durable=True)
def _confirm(plan_id: int, *, actor: Actor, now: datetime) -> None:
    plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
    if plan.state != State.SCHEDULED:
        raise NotNow
    if actor.user_id == plan.scheduled_by_id:
        raise SamePerson
    if now > plan.must_be_confirmed_by:
        raise ConfirmedTooLate
    plan.state, plan.confirmed_at, plan.confirmed_by_id = State.CONFIRMED, now, actor.account
    plan.save()
    portal = Portal.objects.select_for_update().get(pk=1)
    stops = plan.ordering_stops_at
    # A manager may have planned an earlier day; it stands.
    stops = min(stops, portal.ordering_closes_at or stops)
    portal.ordering_closes_at, portal.changed_at = stops, now
    portal.save()
    record(
        kind=ORDERING_CHANGED,
        actor=actor,
        subject=portal,
        now=now,
        open=portal.ordering_open,
        closes_at=stops.isoformat(),
    )
    record(kind=CLOSING_CHANGED, actor=actor, subject=plan, now=now, change="confirm")
    kick(TELL_OF_CLOSING)


def confirm_closing(*, plan_id: int, actor: Actor, now: datetime) -> None:
    """Confirm the plan as the second manager: ordering will stop by itself, and everybody with an account is written to.

    Raises SamePerson, NotNow, ConfirmedTooLate.
    """
    _confirm(plan_id, actor=actor, now=now)
    forget()


def call_off_closing(*, plan_id: int, actor: Actor, now: datetime) -> None:
    """Take the plan back. Ordering no longer stops by itself, and whoever was told is told this too. Raises NotNow."""
    with transaction.atomic(durable=True):
        plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
        if not plan.can_be_called_off:
            raise NotNow
        portal = Portal.objects.select_for_update().get(pk=1)
        if plan.state == State.CONFIRMED and portal.ordering_closes_at == plan.ordering_stops_at:
            portal.ordering_closes_at, portal.changed_at = None, now
            portal.save()
            record(
                kind=ORDERING_CHANGED, actor=actor, subject=portal, now=now, open=portal.ordering_open, closes_at=None
            )
        plan.state, plan.called_off_at, plan.called_off_by_id = State.CALLED_OFF, now, actor.account
        plan.save()
        record(kind=CLOSING_CHANGED, actor=actor, subject=plan, now=now, change="call_off")
        kick(TELL_OF_CLOSING)
    forget()


def note_backup_key_destroyed(*, plan_id: int, actor: Actor, now: datetime) -> None:
    """Note that a manager says that every copy of BACKUP_KEY is gone, so that no backup can be opened. Raises NotNow.

    Before sign-in has stopped, a backup may still be needed.
    """
    with transaction.atomic(durable=True):
        plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
        if plan.state != State.CONFIRMED or not plan.sign_in_is_off(now) or plan.backup_key_destroyed_at is not None:
            raise NotNow
        plan.backup_key_destroyed_at, plan.backup_key_destroyed_by_id = now, actor.account
        plan.save()
        record(kind=CLOSING_CHANGED, actor=actor, subject=plan, now=now, change="backup_key_destroyed")
