"""Encryption of the part of a mail that must not be read at rest: the address and the one-time code."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(payload: dict[str, Any]) -> bytes:
    """`payload` (JSON values) encrypted with the first of FIELD_ENCRYPTION_KEYS."""
    return cipher().encrypt(json.dumps(payload).encode())


def unseal(token: bytes | memoryview) -> dict[str, Any]:
    """What `seal` was given; raises cryptography.fernet.InvalidToken when no key fits."""
    return dict(json.loads(cipher().decrypt(bytes(token))))


def cipher() -> MultiFernet:
    """The keys of FIELD_ENCRYPTION_KEYS: the first encrypts, all open."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])
