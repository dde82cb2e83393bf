"""The closure certificate: what was there, what was done, what was searched, and a sum over all of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.closing.steps import counts
from accounts.models import ClosingPlan, ClosingSettlement, User
from accounts.roles import PORTAL_MANAGER
from badgeportal.privacy.scanning import ScanResult
from badgeportal.version import software_version


class SumDoesNotFit(Exception):
    """The certificate is not what it was when its sum was made."""


def canonical(content: dict[str, Any]) -> bytes:
    """The one spelling of `content` that the sum is taken over: keys in order, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sum_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def verify(document: dict[str, Any]) -> str:
    """The sum of a certificate's JSON as it was downloaded; raises SumDoesNotFit, and KeyError for another kind of file."""
    found = sum_of(document["certificate"])
    if found != document["sha256"]:
        raise SumDoesNotFit
    return found


def write(plan: ClosingPlan, searched: dict[str, ScanResult], *, now: datetime) -> dict[str, Any]:
    """What the certificate of `plan` says, given what was searched and what was found. It holds no personal data."""
    after, before = counts(), plan.counts_before
    changed = dict(plan.steps.values_list("name", "rows_done"))
    return {
        "facts": _facts(plan, now),
        "dates": {
            "ordering_stopped": _said(plan.ordering_stops_at),
            "sign_in_stopped": _said(plan.sign_in_stops_at),
            "destroyed_from": _said(plan.destroyed_from),
        },
        "tables": [
            {"name": name, "before": before.get(name, 0), "changed": changed.get(name, 0), "after": count}
            for name, count in after.items()
        ],
        "places": {step.title: step.rows_done for step in plan.steps.in_order() if step.kind == "place"},
        "settled": _settled(plan),
        "scan": {place: result.as_dict() for place, result in searched.items()},
        "searched": [_in_words(place, result) for place, result in searched.items()],
    }


def _facts(plan: ClosingPlan, now: datetime) -> dict[str, str]:
    analysts = User.objects.kept_when_closed(with_staff=False).count()
    staff = User.objects.kept_when_closed(with_staff=plan.staff_kept_until is not None).count() - analysts
    kept_until = f", until {plan.staff_kept_until.isoformat()}" if plan.staff_kept_until else ""
    return {
        "Software": software_version(),
        "Closing": f"number {plan.pk}",
        "Scheduled": f"{_said(plan.scheduled_at)} by account {plan.scheduled_by_id} ({PORTAL_MANAGER})",
        "Confirmed": f"{_said(plan.confirmed_at)} by account {plan.confirmed_by_id} ({PORTAL_MANAGER})",
        "Backup key destroyed": f"{_said(plan.backup_key_destroyed_at)}, as account {plan.backup_key_destroyed_by_id}"
        f" ({PORTAL_MANAGER}) says",
        "Destroying began": _said(plan.started_at),
        "Destroying ended": _said(plan.finished_at),
        "Certificate made": _said(now),
        "Accounts of DHSC analysts that stay": str(analysts),
        "Staff accounts that stay": f"{staff}{kept_until if staff else ''}",
    }


def _settled(plan: ClosingPlan) -> list[str]:
    reasons = dict(ClosingSettlement.Reason.choices)
    told = Counter(plan.settlements.values_list("subject_type", "reason"))
    return [f"{count} of {label}: {reasons[reason]}" for (label, reason), count in sorted(told.items())]


def _in_words(place: str, result: ScanResult) -> str:
    kept = sum(one.values for one in result.allowed)
    exceptions = f", and {kept} values that belong to role addresses or accounts that stay" if kept else ""
    return f"{place}: {result.values:,} values read, {len(result.findings)} places with something personal{exceptions}"


def _said(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""
