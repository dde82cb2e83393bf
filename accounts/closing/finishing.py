"""The last step of closing: what is left goes into a new database, which is searched, and the certificate is made.

Rows that were overwritten or deleted linger in the old database's files and in its journal; a dump carries none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from accounts.audit_kinds import CLOSING_CHANGED
from accounts.closing import certificate, traces
from accounts.closing.notice import forget
from accounts.closing.sample import known_values
from accounts.models import ClosingPlan, ClosureCertificate, User
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.dumps import copy_into
from badgeportal.privacy.recognising import KnownValues
from badgeportal.privacy.scanning import ScanResult, scan_database
from badgeportal.privacy.scanning_elsewhere import scan_files, scan_redis

_FRESH = "fresh"
_JOB = Actor.system("finish-closing")
State = ClosingPlan.State


class NothingToFinish(Exception):
    """The data is not destroyed yet, or the certificate is made."""


class SomethingIsLeft(Exception):
    """The scan found what looks personal; `findings` say where, by place and column. There is no certificate."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


def plan_to_finish() -> ClosingPlan:
    """The plan whose data is destroyed and that has no certificate yet. Raises NothingToFinish."""
    plan = ClosingPlan.objects.live().first()
    if plan is None or plan.state != State.DESTROYED:
        raise NothingToFinish
    return plan


def finish_closing(*, target: Mapping[str, Any], now: datetime) -> ClosureCertificate:
    """Copy what is left into the empty database `target`, search it and everything beside it, and make the certificate.

    `target` are the names and values of a connection as Django's settings have them. The certificate is written into both
    databases. May be run again after any failure, with another empty database. Raises NothingToFinish, CannotDump,
    SomethingIsLeft.
    """
    plan = plan_to_finish()
    copy_into(target)
    with _as_fresh(target) as fresh:
        searched = _search(fresh, plan)
        left = [f"{place}: {one}" for place, result in searched.items() for one in result.findings]
        if left:
            raise SomethingIsLeft(left)
        content = certificate.write(plan, searched, now=now)
        made = [_close(plan.pk, content, using=using, now=now) for using in (_FRESH, "default")]
    forget()
    return made[-1]


def _search(fresh: Any, plan: ClosingPlan) -> dict[str, ScanResult]:
    known = known_values(plan.sample)
    roles = _role_addresses(plan)
    searched = {"The new database": scan_database(fresh, known=known, role_addresses=roles)}
    searched["Redis"] = _search_redis(known, roles)
    places = {"Mails in files": Path(settings.LOCAL_MAIL_DIR), "Uploaded media": Path(settings.DATA_DIR) / "media"}
    if settings.EMBEDDED:
        places["Log files"] = settings.EMBEDDED_FOLDER.logs
    for place, folder in places.items():
        searched[place] = scan_files(folder, known=known, role_addresses=roles)
    return searched


def _search_redis(known: KnownValues, roles: list[str]) -> ScanResult:
    # Kicks and counts of tries came since, and say nothing that a sweep does not know; addresses of workers look like people's.
    traces.forget_keys()
    whole = ScanResult()
    for prefix in (pattern.rstrip("*") for pattern in traces.own_patterns()):
        part = scan_redis(traces.redis_client(), prefix, known=known, role_addresses=roles)
        whole.places |= part.places
        whole.values += part.values
        whole.counts += part.counts
    return whole


def _role_addresses(plan: ClosingPlan) -> list[str]:
    """Addresses of accounts that stay, and our own two that are nobody's in particular."""
    kept = User.objects.kept_when_closed(with_staff=plan.staff_kept_until is not None and plan.staff_ended_at is None)
    return [*kept.values_list("email", flat=True), settings.CUSTOMER_SERVICE_EMAIL]


@contextmanager
def _as_fresh(target: Mapping[str, Any]) -> Iterator[Any]:
    """The new database as one of Django's, for the time of the block. How it is reached safely is its own matter."""
    given = connections["default"].settings_dict
    session = {name: given["OPTIONS"][name] for name in ("options",) if name in given.get("OPTIONS", {})}
    connections.databases[_FRESH] = {**given, **target, "OPTIONS": session | target.get("OPTIONS", {})}
    try:
        yield connections[_FRESH]
    finally:
        connections[_FRESH].close()
        del connections[_FRESH]
        del connections.databases[_FRESH]


def _close(plan_id: int, content: dict[str, Any], *, using: str, now: datetime) -> ClosureCertificate:
    with transaction.atomic(using=using, durable=True):
        plan = ClosingPlan.objects.using(using).select_for_update().get(pk=plan_id)
        if plan.state != State.DESTROYED:
            raise NothingToFinish
        plan.state, plan.sample = State.CLOSED, {}
        plan.save(using=using)
        if using == "default":
            record(kind=CLOSING_CHANGED, actor=_JOB, subject=plan, now=now, change="certificate")
        return ClosureCertificate.objects.using(using).create(
            plan=plan, content=content, sha256=certificate.sum_of(content), made_at=now
        )
