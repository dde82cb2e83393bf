"""The accounts' daily sweeps."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import erasing, sweeps


@shared_task(name="accounts.sweep_unconfirmed")
def sweep_unconfirmed() -> int:
    """Delete registrations that were never confirmed."""
    return sweeps.delete_unconfirmed(now=timezone.now())


@shared_task(name="accounts.sweep_sessions")
def sweep_sessions() -> int:
    """Delete sessions that have run out."""
    return sweeps.delete_expired_sessions()


@shared_task(name="accounts.sweep_erasures")
def sweep_erasures() -> int:
    """Erase those who asked for it and whose open orders have ended."""
    return erasing.erase_those_who_waited(now=timezone.now())
