"""The destroying: in chunks, over as many runs as it takes. A killed run loses its chunk, and the next one goes on there."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from accounts.audit_kinds import CLOSING_CHANGED
from accounts.closing import traces
from accounts.closing.notice import forget
from accounts.closing.sample import take_sample
from accounts.closing.steps import counts, has_numbers, plan_steps, rows_to_close, staff_statements
from accounts.closing.waiting import still_open
from accounts.models import ClosingPlan, ClosingStep
from badgeportal.actor import Actor
from badgeportal.alone import alone_with
from badgeportal.audit.actions import record
from badgeportal.kick import kick
from badgeportal.privacy.finding import manager_of
from badgeportal.privacy.statements import closing_statement

log = structlog.get_logger(__name__)

CLOSE_PORTAL = "accounts.close_portal"
CHUNK = 10_000
# Under the task's time limit with a slow last chunk; the run that follows goes on.
RUN_FOR = timedelta(minutes=5)
JOB = Actor.system("close-portal")
State = ClosingPlan.State


def close_portal(*, now: datetime, run_for: timedelta = RUN_FOR) -> int:
    """Destroy what is due, or go on with it; returns how many rows were overwritten or deleted.

    Does nothing while another worker is at it, before the day, and while something is open that nobody has settled.
    """
    with alone_with("accounts.closing") as alone:
        if not alone:
            return 0
        plan = ClosingPlan.objects.live().first()
        if plan is None:
            return 0
        if plan.state == State.CONFIRMED and _may_begin(plan, now):
            plan = _begin(plan.pk, now=now)
        if plan.state == State.DESTROYING:
            return _go_on(plan, until=time.monotonic() + run_for.total_seconds(), now=now)
        if plan.staff_kept_until and plan.staff_ended_at is None and plan.finished_at:
            return _end_staff(plan.pk, now=now)
    return 0


def _may_begin(plan: ClosingPlan, now: datetime) -> bool:
    due = now >= plan.destroyed_from and plan.backup_key_destroyed_at is not None
    return due and not still_open(plan)


@transaction.atomic(durable=True)
def _begin(plan_id: int, *, now: datetime) -> ClosingPlan:
    """The point of no return, with everything written down that the work goes by."""
    plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
    if plan.state != State.CONFIRMED or not _may_begin(plan, now):
        return plan
    plan.state, plan.started_at, plan.sample = State.DESTROYING, now, take_sample()
    plan.counts_before = counts()
    plan.save()
    ClosingStep.objects.bulk_create(plan_steps(plan, now=now))
    record(kind=CLOSING_CHANGED, actor=JOB, subject=plan, now=now, change="begin")
    forget()
    return plan


def _go_on(plan: ClosingPlan, *, until: float, now: datetime) -> int:
    done = 0
    for step in plan.steps.unfinished():
        while step.finished_at is None:
            if time.monotonic() >= until:
                # More is left: the next run takes it up at once, and the sweep would within a minute.
                kick(CLOSE_PORTAL)
                return done
            step, rows = _advance(step.pk, now=now)
            done += rows
    _finish(plan.pk)
    return done


def _advance(step_id: int, *, now: datetime) -> tuple[ClosingStep, int]:
    """Do the next piece of a step; returns the step as it is then, and how many rows that was."""
    step = ClosingStep.objects.select_related("plan").get(pk=step_id)
    if step.kind == "place":
        rows, is_over = traces.remove(step)
        with transaction.atomic(durable=True):
            _note(step, rows=rows, position=step.position + 1, is_over=is_over)
        return step, rows
    with transaction.atomic(durable=True):
        _permit_maintenance()
        rows, position, is_over = _one_chunk(step, now=now)
        _note(step, rows=rows, position=position, is_over=is_over)
    return step, rows


def _one_chunk(step: ClosingStep, *, now: datetime) -> tuple[int, int, bool]:
    """(rows, position, whether that was the last)"""
    rows = rows_to_close(step.name, step.plan)
    if not has_numbers(step.name):
        some = rows.filter(pk__in=rows.order_by("pk").values("pk")[:CHUNK])
        statement = closing_statement(step.name, some, now=now)
        count = statement.carry_out() if statement else 0
        return count, 0, count < CHUNK
    ahead = manager_of(step.name).filter(pk__gt=step.position, pk__lte=step.last).order_by("pk")
    upto = ahead.values_list("pk", flat=True)[CHUNK - 1 : CHUNK].first() or step.last
    statement = closing_statement(step.name, rows.filter(pk__gt=step.position, pk__lte=upto), now=now)
    return statement.carry_out() if statement else 0, upto, upto >= step.last


def _note(step: ClosingStep, *, rows: int, position: int, is_over: bool) -> None:
    step.rows_done += rows
    step.position = position
    step.finished_at = timezone.now() if is_over else None
    step.save(update_fields=["rows_done", "position", "finished_at"])


def _permit_maintenance() -> None:
    # Records that are written once give up what names somebody, here and nowhere else.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.maintenance = 'on'")


@transaction.atomic(durable=True)
def _finish(plan_id: int) -> None:
    plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
    now = timezone.now()
    plan.state, plan.finished_at = State.DESTROYED, max(now, plan.started_at or now)
    plan.save()
    record(kind=CLOSING_CHANGED, actor=JOB, subject=plan, now=now, change="destroyed")
    log.info("portal_destroyed", plan=plan.pk)
    forget()


@transaction.atomic(durable=True)
def _end_staff(plan_id: int, *, now: datetime) -> int:
    """Anonymise the staff accounts that were kept, when their last day is over. They are few."""
    plan = ClosingPlan.objects.select_for_update().get(pk=plan_id)
    if plan.staff_kept_until is None or timezone.localdate(now) <= plan.staff_kept_until:
        return 0
    # Whose rows they are is read from the accounts, so all numbers are taken before anything is written.
    work = [(one, list(one.rows.values_list("pk", flat=True))) for _, one in staff_statements(now=now)]
    done = 0
    for statement, keys in work:
        rows = manager_of(statement.label).filter(pk__in=keys)
        done += rows.delete()[0] if statement.deletes else rows.update(**statement.values)
    plan.staff_ended_at = now
    plan.save(update_fields=["staff_ended_at"])
    record(kind=CLOSING_CHANGED, actor=JOB, subject=plan, now=now, change="end_staff")
    return done
