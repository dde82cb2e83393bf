"""Shutting a person out and letting them in again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.audit_kinds import SIGN_IN_DISABLED, SIGN_IN_RESTORED
from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.privacy.models import PendingErasure


class OwnAccount(Exception):
    """Nobody shuts themselves out: there might be nobody left to let them in."""


def disable_sign_in(*, user_id: int, actor: Actor, now: datetime) -> bool:
    """Shut the account out at once, on every device; False when it was shut out already.

    The next request of an open session is that of a stranger, because Django asks for `is_active` each time; the sessions
    are deleted as well. Raises OwnAccount, and User.DoesNotExist for an unknown account.
    """
    if actor.user_id == user_id:
        raise OwnAccount
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=user_id)
        if user.disabled_at is not None:
            return False
        user.is_active = False
        user.disabled_at = now
        user.save(update_fields=["is_active", "disabled_at"])
        ended = end_sessions(user)
        record(kind=SIGN_IN_DISABLED, actor=actor, subject=user, now=now, sessions_ended=ended)
    return True


def restore_sign_in(*, user_id: int, actor: Actor, now: datetime) -> bool:
    """Let a person in again; False when they are not shut out, or are anonymised and so nobody any more."""
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=user_id)
        if user.disabled_at is None or user.anonymised_at is not None:
            return False
        user.is_active = True
        user.disabled_at = None
        # Whoever is let in again is not to be erased when their order has arrived.
        PendingErasure.objects.filter(account_id=user.pk).delete()
        user.save(update_fields=["is_active", "disabled_at"])
        record(kind=SIGN_IN_RESTORED, actor=actor, subject=user, now=now)
    return True


def end_sessions(user: User) -> int:
    """Delete every session of `user`, within the open transaction; returns how many there were."""
    return end_sessions_of([user.pk])


def end_sessions_of(user_ids: Iterable[int]) -> int:
    """As `end_sessions`, for many."""
    known = UserSession.objects.filter(user__in=list(user_ids))
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    return int(known.delete()[0])
