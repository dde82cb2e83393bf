"""Remembers that an address was erased, without remembering the address.

A plain hash of an address can be found by trying addresses; a keyed one cannot without the key. The key is ERASED_ADDRESS_KEY
and nothing else, so that changing the keys that encrypt mails and sessions cannot bring an address back.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "badgeportal.privacy.addresses"


def digest_of(email: str) -> str:
    """The keyed digest of an address, trimmed and case-folded."""
    key: str = settings.ERASED_ADDRESS_KEY
    return salted_hmac(_SALT, email.strip().casefold(), secret=key, algorithm="sha256").hexdigest()


def digests_of(emails: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({digest_of(email) for email in emails}))
