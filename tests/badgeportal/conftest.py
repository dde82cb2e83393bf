"""Mail for tests of the outbox: letters of the tests' own, and a real mail server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from badgeportal.outbox import letters
from badgeportal.outbox.letters import Letter
from tests.badgeportal.smtp_server import SmtpServer, smtp_server


class Addresses(dict[int, str]):
    """To whom the test mail about each record goes; `calls` are the groups of ids that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[list[int]] = []

    def resolve(self, ids: Sequence[int]) -> dict[int, Letter]:
        self.calls.append(list(ids))
        return {pk: Letter(to=self[pk], context={"name": f"Person {pk}"}) for pk in ids if pk in self}


@pytest.fixture
def test_mail(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Addresses:
    """Register the mail `test_mail` for this test; its text greets by name."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "test_mail.txt").write_text(
        "A test for {{ name }}\n\nHello {{ name }}, this is O'Brien & Sons.\n"
    )
    templates = settings.TEMPLATES
    settings.TEMPLATES = [{**templates[0], "DIRS": [tmp_path, *templates[0]["DIRS"]]}]
    addresses = Addresses()
    monkeypatch.setitem(letters._RESOLVERS, "test_mail", addresses.resolve)
    return addresses


@pytest.fixture
def local_mail(settings: Any, tmp_path: Path) -> Path:
    """Mail goes to files in this folder."""
    settings.MAIL_TRANSPORT = "local"
    settings.LOCAL_MAIL_DIR = tmp_path / "mail-out"
    return tmp_path / "mail-out"


@pytest.fixture
def mail_server(settings: Any) -> Iterator[SmtpServer]:
    """Mail goes to a real server on this machine."""
    with smtp_server() as server:
        settings.MAIL_TRANSPORT = "smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
