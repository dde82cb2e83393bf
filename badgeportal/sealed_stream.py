"""A stream of bytes, encrypted piece by piece, so that a backup of any size needs little memory and no clear copy on a disk.

Format: the mark, 16 bytes of salt, 7 bytes of nonce, then pieces. Each piece is AES-256-GCM of up to 1 MiB under a key that
HKDF-SHA256 makes from the secret and the salt; its nonce is the 7 bytes, a 4-byte number and one byte that is 1 in the last
piece only (the STREAM construction), so that a piece left out, moved or cut off at the end is found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = b"CARE-BACKUP-1\n"
PIECE = 1024 * 1024
_TAG = 16
_SALT = 16
_NONCE = 7


class CannotOpen(Exception):
    """The file is not a backup, was changed, is cut short, or was made with another key."""


def seal(source: BinaryIO, target: BinaryIO, *, secret: str) -> int:
    """Encrypt `source` to its end into `target`; returns how many bytes were read."""
    salt, prefix = os.urandom(_SALT), os.urandom(_NONCE)
    cipher = _cipher(secret, salt)
    target.write(MARK + salt + prefix)
    total, number = 0, 0
    piece = _read(source, PIECE)
    while True:
        following = _read(source, PIECE)
        target.write(cipher.encrypt(_nonce(prefix, number, last=not following), piece, MARK))
        total += len(piece)
        if not following:
            return total
        piece, number = following, number + 1


def opened(source: BinaryIO, *, secret: str) -> Iterator[bytes]:
    """The pieces of what was sealed, each proven before it is given; raises CannotOpen at the first that is not right."""
    if _read(source, len(MARK)) != MARK:
        raise CannotOpen("This file is not a backup of the portal.")
    salt, prefix = _read(source, _SALT), _read(source, _NONCE)
    cipher = _cipher(secret, salt)
    number = 0
    piece = _read(source, PIECE + _TAG)
    while True:
        following = _read(source, PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(prefix, number, last=not following), piece, MARK)
        except (InvalidTag, ValueError) as fault:
            raise CannotOpen(
                "The backup is damaged or cut short, or BACKUP_KEY is not the key it was made with."
            ) from fault
        if not following:
            return
        piece, number = following, number + 1


def _cipher(secret: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MARK).derive(secret.encode()))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix.ljust(_NONCE, b"\0") + number.to_bytes(4, "big") + bytes([last])


def _read(source: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: a pipe gives them in any portions."""
    parts: list[bytes] = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
