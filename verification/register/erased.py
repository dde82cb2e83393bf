"""Addresses that were erased from the register do not come back with the next extract (`badgeportal.privacy.addresses`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from badgeportal.privacy.addresses import digest_of
from verification.models import ErasedEmailDigest


def hold_listed_emails() -> None:
    """Keep erasing and loading of addresses apart until the transaction ends.

    An import that read the digests before an erasure and wrote its addresses after it would bring the address back.
    """
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('verification.register.listed-emails', 0))")


def without_erased(emails: Iterable[str]) -> set[str]:
    """Those of `emails` whose owners have not had them erased."""
    emails = set(emails)
    erased = set(ErasedEmailDigest.objects.values_list("digest", flat=True))
    if not erased:
        return emails
    return {email for email in emails if digest_of(email) not in erased}
