"""Writing to everybody with an account that the portal closes: when it is decided, before each date, when it is called off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import ClosingPlan, User
from badgeportal.outbox.actions import queue_mail
from badgeportal.outbox.letters import Letter, Resolver, register

TELL_OF_CLOSING = "accounts.tell_of_closing"
CHUNK = 10_000

DECIDED = "closing_decided"
ORDERING_SOON = "closing_ordering"
SIGN_IN_SOON = "closing_sign_in"
DATA_SOON = "closing_data"
CALLED_OFF = "closing_called_off"

# In this order, each with the time from which it is due and the time after which it would tell of something past.
_NOTICES: tuple[tuple[str, Callable[[ClosingPlan], tuple[datetime, datetime]]], ...] = (
    (DECIDED, lambda plan: (plan.confirmed_at or plan.scheduled_at, plan.destroyed_from)),
    (ORDERING_SOON, lambda plan: (_before(plan.ordering_stops_at), plan.ordering_stops_at)),
    (SIGN_IN_SOON, lambda plan: (_before(plan.sign_in_stops_at), plan.sign_in_stops_at)),
    (DATA_SOON, lambda plan: (_before(plan.destroyed_from), plan.destroyed_from)),
)


def tell_of_closing(*, now: datetime) -> int:
    """Queue what is due for everybody, CHUNK people in each transaction; returns how many mails.

    The plan keeps how far it has come, and is locked meanwhile, so that nobody gets a mail twice whoever runs beside it.
    """
    told = 0
    while (queued := _tell_some(now=now)) is not None:
        told += queued
    return told


@transaction.atomic(durable=True)
def _tell_some(*, now: datetime) -> int | None:
    """How many mails were queued; None when nothing is left to tell."""
    plan = ClosingPlan.objects.select_for_update().filter(state__in=["confirmed", "called_off"]).order_by("-pk").first()
    key = _due(plan, now) if plan is not None else None
    if plan is None or key is None:
        return None
    ids = list(_to_write_to(plan.told_up_to))
    queue_mail(template=key, subject_type="accounts.user", subject_ids=ids, now=now)
    if len(ids) == CHUNK:
        plan.told_up_to = ids[-1]
    else:
        plan.told_up_to = 0
        plan.notices_sent = _AFTER_CALLING_OFF if key == CALLED_OFF else plan.notices_sent + 1
    plan.save(update_fields=["told_up_to", "notices_sent"])
    return len(ids)


_AFTER_CALLING_OFF = len(_NOTICES) + 1


def _due(plan: ClosingPlan, now: datetime) -> str | None:
    """The mail that is due; notices whose day has passed are left out."""
    if plan.state == ClosingPlan.State.CALLED_OFF:
        began = plan.notices_sent > 0 or plan.told_up_to > 0
        if plan.notices_sent < _AFTER_CALLING_OFF and began and plan.confirmed_at is not None:
            return CALLED_OFF
        return None
    while plan.notices_sent < len(_NOTICES):
        key, times = _NOTICES[plan.notices_sent]
        due, too_late = times(plan)
        if now < due:
            return None
        if now < too_late:
            return key
        plan.notices_sent, plan.told_up_to = plan.notices_sent + 1, 0
    return None


def _before(day: datetime) -> datetime:
    return day - timedelta(days=settings.CLOSING_REMINDER_DAYS)


def _to_write_to(after: int) -> Sequence[int]:
    people = User.objects.providers().may_be_written_to().filter(pk__gt=after).order_by("pk")
    return list(people.values_list("pk", flat=True)[:CHUNK])


def _letters(key: str) -> Resolver:
    """Letters to whoever may be written to when the mail goes; none once the plan has changed."""

    def letters(user_ids: Sequence[int]) -> dict[int, Letter]:
        wanted = ["called_off"] if key == CALLED_OFF else ["confirmed"]
        plan = ClosingPlan.objects.filter(state__in=wanted).order_by("-pk").first()
        if plan is None or (key == CALLED_OFF and ClosingPlan.objects.live().exists()):
            return {}
        people = User.objects.may_be_written_to().filter(pk__in=list(user_ids))
        link = settings.PUBLIC_URL + reverse("your_orders")
        return {
            person.pk: Letter(
                to=person.email or "",
                context={"name": person.get_short_name(), "plan": plan, "link": link},
            )
            for person in people
        }

    return letters


for _key in (DECIDED, ORDERING_SOON, SIGN_IN_SOON, DATA_SOON, CALLED_OFF):
    register(_key, resolve=_letters(_key))
