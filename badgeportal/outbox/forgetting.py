"""Letting go of mail to and about people who are erased."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from cryptography.fernet import InvalidToken
from django.contrib.auth import get_user_model
from django.db.models import Q

from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sealing import unseal
from badgeportal.privacy.finding import rows_of
from badgeportal.privacy.settling import Settlement
from badgeportal.privacy.subject import DataSubject

# Records whose mails also go to a person whose data is not used: they tell of the person's own request.
ABOUT_RIGHTS = frozenset({"accounts.datarequest", "accounts.requestpause", "accounts.complaint"})

log = structlog.get_logger(__name__)


def sealed_to_accounts(account_ids: Sequence[int]) -> Q:
    """Mails with a sealed part that go to the addresses of these accounts."""
    emails = get_user_model()._base_manager.filter(pk__in=list(account_ids)).values_list("email", flat=True)
    return sealed_to_addresses([email for email in emails if email])


def sealed_to_addresses(addresses: Sequence[str]) -> Q:
    """Mails with a sealed part that go to these addresses. Few are under way at any time, so all are opened to see."""
    wanted = {address.casefold() for address in addresses}
    return Q(pk__in=_sealed(lambda payload: str(payload["to"]).casefold() in wanted)) if wanted else Q(pk__in=[])


def destroy_sealed_to(addresses: Iterable[str], *, templates: Iterable[str]) -> int:
    """Destroy sealed mails of these kinds that go to these addresses; returns how many. Needs an open transaction."""
    wanted = OutboxMessage.objects.filter(sealed_to_addresses(list(addresses)), template__in=list(templates))
    return wanted.update(state=OutboxMessage.State.CANCELLED, sealed_payload=None, claimed_at=None)


def destroy_sealed_about(references: Iterable[str]) -> int:
    """Destroy sealed mails that tell others about these orders; returns how many. Needs an open transaction."""
    wanted = set(references)
    about = _sealed(lambda payload: payload["context"].get("reference") in wanted) if wanted else []
    return OutboxMessage.objects.filter(pk__in=about).update(
        state=OutboxMessage.State.CANCELLED, sealed_payload=None, claimed_at=None
    )


def cancel_waiting(settlement: Settlement) -> None:
    """Cancel mails under way about anything that is an erased account's: their orders, questions, problems, the account."""
    if settlement.subject.account_ids:
        settlement.count(OutboxMessage._meta.label_lower, _cancel_about(settlement.subject))


def cancel_before_restricting(subject: DataSubject, now: datetime) -> None:
    """Cancel mails under way about anything of a restricted account; what is about a request of theirs still goes."""
    _cancel_about(subject, but_not=ABOUT_RIGHTS)


def _cancel_about(subject: DataSubject, *, but_not: frozenset[str] = frozenset()) -> int:
    waiting = OutboxMessage.objects.on_its_way().filter(subject_id__isnull=False)
    about = Q(pk__in=[])
    for label in waiting.order_by().values_list("subject_type", flat=True).distinct():
        rows = rows_of(label, subject) if label in _declared() and label not in but_not else None
        if rows is not None:
            about |= Q(subject_type=label, subject_id__in=rows.values("pk"))
    return waiting.filter(about).update(state=OutboxMessage.State.CANCELLED, claimed_at=None)


def _declared() -> set[str]:
    from badgeportal.inventory import declarations

    return set(declarations())


def _sealed(wanted: Callable[[dict[str, Any]], bool]) -> list[int]:
    found = []
    sealed = OutboxMessage.objects.filter(sealed_payload__isnull=False).values_list("pk", "sealed_payload")
    for pk, payload in sealed.order_by("pk"):
        try:
            if payload is not None and wanted(unseal(payload)):
                found.append(pk)
        except InvalidToken:
            # No key opens it: nobody can read it or send it, and it goes with its time.
            log.warning("sealed_mail_unreadable", mail=pk)
    return found
