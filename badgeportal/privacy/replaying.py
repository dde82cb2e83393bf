"""Erasing again, after an older backup was restored, whoever was erased since it was made."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.inventory import Reach, declarations
from badgeportal.privacy import ledger
from badgeportal.privacy.addresses import digest_of
from badgeportal.privacy.erasing import erase_found
from badgeportal.privacy.finding import look_up, manager_of
from badgeportal.privacy.models import ErasureLedgerEntry
from badgeportal.privacy.settling import Found
from badgeportal.privacy.subject import DataSubject

# In no table: addresses have an @.
_NOBODY = "nobody"


def replay_erasures(*, now: datetime) -> int:
    """Carry out every erasure of the second place that this database does not have; returns how many.

    Each is a transaction of its own, and one that is here already is passed over, so it may be stopped and run again. Must be run
    before the portal opens: a number that the backup does not know may be given to a new person later, who is left alone because
    the erasure is noted here although there was nobody to erase.
    """
    known = set(ErasureLedgerEntry.objects.values_list("pk", flat=True))
    missing = [line for line in ledger.lines() if line.id not in known]
    for line in missing:
        _erase_again(line, now=now)
    return len(missing)


@transaction.atomic(durable=True)
def _erase_again(line: ledger.Line, *, now: datetime) -> None:
    number = line.actor.removeprefix("user:")
    actor = Actor(line.actor, int(number) if number.isdecimal() else None)
    erase_found(
        _found(line), listed_digests=line.address_digests, receipt_id=line.id, actor=actor, now=now, erased_at=line.at
    )


def _found(line: ledger.Line) -> Found:
    if line.account_ids:
        return look_up(DataSubject.of_accounts(line.account_ids), also_listed=bool(line.address_digests))
    if line.order_ids:
        return look_up(DataSubject.recipient_of(line.order_ids))
    # Without it in this database the digests still have to be remembered, against the next import.
    return look_up(DataSubject.listed_inbox(_address_of(line.address_digests) or _NOBODY))


def _address_of(digests: tuple[str, ...]) -> str:
    """The address of this database with one of `digests`; empty when there is none."""
    for label, declaration in declarations().items():
        road = declaration.reached.get(Reach.ADDRESS)
        if not isinstance(road, str):
            continue
        for email in manager_of(label).values_list(road, flat=True).distinct().iterator():
            if digest_of(email) in digests:
                return str(email)
    return ""
