"""Sessions in the database, encrypted: while a person registers, theirs holds the address and the code of the mail."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from badgeportal.outbox.sealing import seal, unseal


class SessionStore(DatabaseSessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal(session_dict).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was stored; an empty session when no key opens it, as Django does with a signature that does not fit."""
        try:
            return unseal(session_data if isinstance(session_data, bytes) else session_data.encode())
        except InvalidToken:
            return {}
