"""Mail that can be read, and rate limits that can be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from badgeportal.outbox import mailbox as local
from badgeportal.outbox.mailbox import LocalMail
from badgeportal.outbox.sending import send_pending
from tests.keys import forget_own_keys


@pytest.fixture(autouse=True)
def _local_mail(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_TRANSPORT = "local"
    settings.LOCAL_MAIL_DIR = tmp_path / "mail-out"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """Half a second for each password adds up; how often one is hashed is counted, not timed."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def mailbox() -> Callable[[], list[LocalMail]]:
    """Send what waits, and give back every mail so far, newest first."""

    def read() -> list[LocalMail]:
        send_pending(now=timezone.now())
        return local.newest(100)

    return read


@pytest.fixture
def forget_limits() -> Callable[[], None]:
    """As if enough time had passed for every rate limit."""
    return forget_own_keys
