"""The accounts' sweeps."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import erasing, restricting, restricting_recipients, sweeps
from accounts.checking_ledger import check_erasure_ledger
from accounts.closing import destroying, telling
from accounts.rights.reminding import remind_staff
from accounts.rights.retention import blank_contacts


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


@shared_task(name="accounts.check_erasure_ledger")
def check_ledger_task() -> int:
    """Prove that every erasure stands in the second place; it fails while the place is out of reach."""
    return check_erasure_ledger(now=timezone.now())


@shared_task(name="accounts.tell_of_closing")
def tell_of_closing() -> int:
    """Write to everybody with an account what is due about the closing of the portal."""
    return telling.tell_of_closing(now=timezone.now())


@shared_task(name="accounts.close_portal")
def close_portal() -> int:
    """Destroy the data when its day has come, and go on with it where a run ended or was killed."""
    return destroying.close_portal(now=timezone.now())


@shared_task(name="accounts.end_restrictions")
def end_restrictions() -> int:
    """End the restrictions whose day has come, of accounts and of recipients without one."""
    now = timezone.now()
    return restricting.lift_those_told(now=now) + restricting_recipients.free_those_told(now=now)


@shared_task(name="accounts.remind_about_rights")
def remind_about_rights() -> dict[str, int]:
    """Remind staff of data requests, complaints and breaches before the law's time is over."""
    return remind_staff(now=timezone.now())


@shared_task(name="accounts.sweep_request_contacts")
def sweep_request_contacts() -> dict[str, int]:
    """Blank what was typed about people without an account, some time after their request or complaint is over."""
    return blank_contacts(now=timezone.now())
