"""The breach log: what happened, who was told and when. A person decides about the risk and tells the ICO."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.audit_kinds import BREACH_CHANGED
from accounts.models import Breach
from accounts.rights.history import require_person
from badgeportal.actor import Actor
from badgeportal.audit.actions import record


class BreachOver(Exception):
    """The breach is closed."""


class NotInThePast(ValueError):
    """What is logged has happened, and was noticed before it was reported."""


class SaysNotWhyLate(Exception):
    """The ICO was told after 72 hours, and is owed the reason."""


class ReportedAlready(Exception):
    """The ICO has been told."""


class NotYetToBeClosed(Exception):
    """The risk is not known, or somebody who has to be told was not told."""


@transaction.atomic
def log_breach(
    *,
    what: str,
    noticed_at: datetime,
    happened_on: date | None,
    people: int | None,
    near_miss: bool,
    actor: Actor,
    now: datetime,
) -> Breach:
    """Write down what happened; the 72 hours run from `noticed_at`. Raises NotInThePast, PersonNeeded."""
    require_person(actor)
    if noticed_at > now or (happened_on is not None and happened_on > noticed_at.date()):
        raise NotInThePast
    breach = Breach.objects.create(
        what=what,
        noticed_at=noticed_at,
        happened_on=happened_on,
        people=people,
        near_miss=near_miss,
        logged_at=now,
        logged_by=str(actor),
    )
    _note(breach, "log", actor=actor, now=now)
    return breach


@transaction.atomic
def judge_risk(*, breach_id: int, risk: Breach.Risk | str, reason: str, actor: Actor, now: datetime) -> Breach:
    """Write down how high the risk to people is, and why we think so. Raises BreachOver, PersonNeeded."""
    breach = _locked(breach_id, actor)
    breach.risk = str(risk)
    breach.risk_reason = reason
    breach.save()
    _note(breach, "judge", actor=actor, now=now, reason=str(risk))
    return breach


@transaction.atomic
def report_breach(
    *, breach_id: int, reported_at: datetime, ico_reference: str, late_reason: str, actor: Actor, now: datetime
) -> Breach:
    """Write down that the ICO was told; after 72 hours with the reason. Raises BreachOver, ReportedAlready, NotInThePast,
    SaysNotWhyLate, PersonNeeded.
    """
    breach = _locked(breach_id, actor)
    if breach.reported_at is not None:
        raise ReportedAlready
    if not breach.noticed_at <= reported_at <= now:
        raise NotInThePast
    late = reported_at > breach.report_by
    if late and not late_reason:
        raise SaysNotWhyLate
    breach.reported_at = reported_at
    breach.ico_reference = ico_reference
    breach.late_reason = late_reason if late else ""
    breach.save()
    _note(breach, "report", actor=actor, now=now, reason="late" if late else "in_time")
    return breach


@transaction.atomic
def note_people_told(*, breach_id: int, told_at: datetime, actor: Actor, now: datetime) -> Breach:
    """Write down that the people concerned were told. Raises BreachOver, NotInThePast, PersonNeeded."""
    breach = _locked(breach_id, actor)
    if not breach.noticed_at <= told_at <= now:
        raise NotInThePast
    breach.people_told_at = told_at
    breach.save()
    _note(breach, "tell_people", actor=actor, now=now)
    return breach


@transaction.atomic
def close_breach(*, breach_id: int, measures: str, actor: Actor, now: datetime) -> Breach:
    """Close with what was done about it. Raises BreachOver, NotYetToBeClosed, PersonNeeded."""
    breach = _locked(breach_id, actor)
    if still_to_do(breach):
        raise NotYetToBeClosed
    breach.measures = measures
    breach.closed_at = now
    breach.closed_by = str(actor)
    breach.save()
    _note(breach, "close", actor=actor, now=now)
    return breach


def still_to_do(breach: Breach) -> list[str]:
    """What the law asks before the breach can be closed, in words for staff."""
    if breach.risk == Breach.Risk.UNKNOWN:
        return ["Judge the risk to people."]
    to_do = []
    if breach.risk != Breach.Risk.UNLIKELY and breach.reported_at is None:
        to_do.append("Tell the ICO.")
    if breach.risk == Breach.Risk.HIGH and breach.people_told_at is None:
        to_do.append("Tell the people concerned.")
    return to_do


def _locked(breach_id: int, actor: Actor) -> Breach:
    require_person(actor)
    breach = Breach.objects.select_for_update().get(pk=breach_id)
    if not breach.is_open:
        raise BreachOver
    return breach


def _note(breach: Breach, change: str, *, actor: Actor, now: datetime, reason: str = "") -> None:
    record(kind=BREACH_CHANGED, actor=actor, subject=breach, now=now, change=change, reason=reason)
