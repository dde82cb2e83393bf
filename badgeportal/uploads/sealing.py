"""Encryption of uploaded bytes at rest, with the keys that seal mails."""

from __future__ import annotations

from badgeportal.outbox.sealing import cipher


def seal_bytes(plain: bytes) -> bytes:
    """`plain` encrypted with the first of FIELD_ENCRYPTION_KEYS."""
    return cipher().encrypt(plain)


def unseal_bytes(token: bytes | memoryview) -> bytes:
    """What `seal_bytes` was given; raises cryptography.fernet.InvalidToken when no key fits."""
    return cipher().decrypt(bytes(token))
