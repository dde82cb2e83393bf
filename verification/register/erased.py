"""Remembers that a listed address was erased, without remembering the address.

A plain hash of an address can be found by trying addresses; a keyed one cannot without the key. The key is derived from
FIELD_ENCRYPTION_KEYS: the first makes new digests, the others are still recognised, so a key must stay in the list for as
long as digests made with it are to hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from orders.normalise import email_key
from verification.models import ErasedEmailDigest, ListedEmail

_SALT = "verification.register.erased"


def digests_of(email: str) -> list[str]:
    """Digest of the address under every key, the current one first."""
    return [
        salted_hmac(_SALT, email_key(email), secret=key, algorithm="sha256").hexdigest()
        for key in settings.FIELD_ENCRYPTION_KEYS
    ]


def erase_listed_email(*, email: str, now: datetime) -> int:
    """Take the address off every listing for good; returns from how many. Needs an open transaction.

    The next extract that carries the address does not bring it back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Erasing a listed address is a step of a larger change, so it needs an open transaction.")
    hold_listed_emails()
    ErasedEmailDigest.objects.get_or_create(digest=digests_of(email)[0], defaults={"erased_at": now})
    erased, _ = ListedEmail.objects.filter(email=email_key(email)).delete()
    return erased


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
    return {email for email in emails if erased.isdisjoint(digests_of(email))}
