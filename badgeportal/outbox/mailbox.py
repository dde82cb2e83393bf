"""The mails that the local transport wrote: what would have gone out, read from the folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings

_NAME = re.compile(r"mail-\d+")


@dataclass(frozen=True, slots=True)
class LocalMail:
    """One mail as a file."""

    name: str
    to: str
    subject: str
    at: datetime
    body: str


def newest(limit: int) -> list[LocalMail]:
    """The last `limit` mails, newest first."""
    files = sorted(settings.LOCAL_MAIL_DIR.glob("mail-*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_read(path) for path in files[:limit]]


def one(name: str) -> LocalMail | None:
    """The mail of that name, or None; a name that could reach out of the folder is no name."""
    if not _NAME.fullmatch(name):
        return None
    path: Path = settings.LOCAL_MAIL_DIR / f"{name}.eml"
    return _read(path) if path.is_file() else None


def _read(path: Path) -> LocalMail:
    message: EmailMessage = message_from_bytes(path.read_bytes(), policy=default)
    return LocalMail(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC),
        body=message.get_content().replace("\r\n", "\n"),
    )
