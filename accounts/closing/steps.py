"""Which steps the destroying has: each table of which the inventory says that something goes, then the places beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import F, QuerySet
from django.utils.text import capfirst

from accounts.models import ClosingPlan, ClosingStep, User
from badgeportal.inventory import declarations
from badgeportal.privacy.counting import count_together
from badgeportal.privacy.finding import manager_of
from badgeportal.privacy.statements import Statement, closing_statement

# By which column a row belongs to an account whose sign-in is kept. Sessions end in any case.
_SIGN_IN = {
    "accounts.user": "pk",
    "accounts.user_groups": "user",
    "accounts.user_user_permissions": "user",
    "account.emailaddress": "user",
    "mfa.authenticator": "user",
}

# In this order, after the tables: what the portal keeps beside its rows.
REDIS, MAILS, LOGS, LEDGER, HEAP = "redis", "mails", "logs", "ledger", "heap"
PLACES = {
    REDIS: "Keys of the portal in Redis",
    MAILS: "Mails written to files",
    LOGS: "Log files",
    LEDGER: "The second place that records erasures",
    HEAP: "Space in which overwritten rows linger",
}


@dataclass(frozen=True, slots=True)
class WouldGo:
    """What closing would do to one table."""

    label: str
    title: str
    rows: int
    going: int
    deletes: bool
    fields: tuple[tuple[str, int], ...]


def statements(plan: ClosingPlan, *, now: datetime) -> Iterator[tuple[str, Statement]]:
    """Every table of which something goes, later rooms and later tables first, as rows are found through earlier ones."""
    for label in reversed(declarations()):
        statement = closing_statement(label, rows_to_close(label, plan), now=now)
        if statement is not None:
            yield label, statement


def rows_to_close(label: str, plan: ClosingPlan) -> QuerySet[Any]:
    """All rows of the table but those of accounts whose sign-in is kept."""
    rows = manager_of(label)
    column = _SIGN_IN.get(label)
    if column is None:
        return rows
    kept = User.objects.kept_when_closed(with_staff=plan.staff_kept_until is not None)
    return rows.exclude(**{f"{column}__in": kept.values("pk")})


def staff_statements(*, now: datetime) -> Iterator[tuple[str, Statement]]:
    """The same for staff whose accounts were kept, once their day has come."""
    staff = User.objects.kept_when_closed(with_staff=True).filter(is_staff=True).values("pk")
    for label in reversed(declarations()):
        column = _SIGN_IN.get(label)
        rows = manager_of(label).filter(**{f"{column}__in": staff}) if column else None
        statement = closing_statement(label, rows, now=now) if rows is not None else None
        if statement is not None:
            yield label, statement


def plan_steps(plan: ClosingPlan, *, now: datetime) -> list[ClosingStep]:
    """The steps of `plan`, not saved."""
    steps = []
    for label, statement in statements(plan, now=now):
        model = apps.get_model(label)
        steps.append(
            ClosingStep(
                plan=plan,
                kind="table",
                name=label,
                title=capfirst(str(model._meta.verbose_name_plural)),
                rows_before=manager_of(label).count(),
                last=_last(statement.rows) if has_numbers(label) else 0,
            )
        )
    steps += [ClosingStep(plan=plan, kind="place", name=name, title=title) for name, title in PLACES.items()]
    for number, step in enumerate(steps, start=1):
        step.number = number
    return steps


def has_numbers(label: str) -> bool:
    """Whether rows of the table are numbered, so that the work can go along the numbers."""
    return "Integer" in _kind(label) or "AutoField" in _kind(label)


def counts() -> dict[str, int]:
    """How many rows each declared table has."""
    return {label: manager_of(label).count() for label in sorted(declarations()) if apps.get_model(label)._meta.managed}


def would_go(plan: ClosingPlan, *, now: datetime) -> list[WouldGo]:
    """What closing would do now, by table; nothing is changed."""
    planned = list(statements(plan, now=now))
    going = count_together((statement.rows, statement.fields) for _, statement in planned)
    all_rows = count_together((manager_of(label), ()) for label, _ in planned)
    found = []
    for (label, statement), tally, every in zip(planned, going, all_rows, strict=True):
        declared = declarations()[label].personal
        fields = tuple((declared[name].what, count) for name, count in tally.fields.items() if count)
        title = capfirst(str(apps.get_model(label)._meta.verbose_name_plural))
        found.append(WouldGo(label, title, every.rows, tally.rows, statement.deletes, fields))
    return found


def _last(rows: QuerySet[Any]) -> int:
    found = rows.order_by(F("pk").desc()).values_list("pk", flat=True).first()
    return int(found or 0)


def _kind(label: str) -> str:
    key = apps.get_model(label)._meta.pk
    # A key that is another table's, such as a one-to-one row, is numbered as that one.
    return key.target_field.get_internal_type() if key.is_relation else key.get_internal_type()
