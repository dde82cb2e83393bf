"""What is not needed any more goes by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User


def delete_unconfirmed(*, now: datetime) -> int:
    """Delete registrations whose address was not confirmed within UNCONFIRMED_ACCOUNT_DAYS; returns how many.

    Such an account never signed in and ordered nothing. It may hold the address of somebody who did not register, and
    keeps that person from registering.
    """
    before = now - timedelta(days=settings.UNCONFIRMED_ACCOUNT_DAYS)
    with transaction.atomic(durable=True):
        # Locked first, then looked at again: a person may be typing their code in this moment.
        locked = list(
            User.objects.filter(pk__in=User.objects.unconfirmed_since(before)).select_for_update(skip_locked=True)
        )
        found = User.objects.unconfirmed_since(before).filter(pk__in=[user.pk for user in locked])
        gone = list(found.values_list("pk", flat=True))
        User.objects.filter(pk__in=gone).delete()
    return len(gone)


def delete_expired_sessions() -> int:
    """Delete sessions that have run out, and what was noted about their devices; returns how many devices are forgotten."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    with transaction.atomic(durable=True):
        alive = Session.objects.filter(session_key=OuterRef("session_key"))
        return int(UserSession.objects.filter(~Exists(alive)).delete()[0])
