"""What people change about themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.audit_kinds import DETAILS_CHANGED
from accounts.models import User
from accounts.restricting import check_not_restricted
from badgeportal.actor import Actor
from badgeportal.audit.actions import record

_FIELDS = ("name", "organisation", "phone")


def change_details(*, user_id: int, name: str, organisation: str, phone: str, actor: Actor, now: datetime) -> list[str]:
    """Set name, organisation and phone (E.164 or empty) of an account; returns the names of the fields that changed.

    Orders keep the words that they were placed with. Raises User.DoesNotExist for an account that is anonymised, and
    AccountRestricted when staff change what is not in dispute: the person may always correct their own.
    """
    wanted = {"name": name, "organisation": organisation, "phone": phone}
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=user_id, anonymised_at__isnull=True)
        if actor.user_id != user_id:
            check_not_restricted(user_id, correcting=True)
        changed = [field for field in _FIELDS if getattr(user, field) != wanted[field]]
        if changed:
            for field in changed:
                setattr(user, field, wanted[field])
            user.save(update_fields=changed)
            record(kind=DETAILS_CHANGED, actor=actor, subject=user, now=now, fields=changed)
    return changed
