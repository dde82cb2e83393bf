"""The ground of the journeys: a register, a mailbox of their own, people with their own browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from sampledata.register_files import write_sample_register
from tests.browser.people import Person

Arrives = Callable[..., Any]


@pytest.fixture
def own_mailbox(tmp_path: Path, settings: Any) -> None:
    """Mails of this test alone, as files that the page of the local mailbox shows."""
    settings.MAIL_TRANSPORT, settings.LOCAL_MAIL_DIR = "local", tmp_path / "mail"


@pytest.fixture
def register(transactional_db: None, tmp_path: Path) -> None:
    """A small register in CQC's layout, and the contact extract, read by the real import."""
    files = write_sample_register(tmp_path / "register", listings=25)
    call_command("import_register", hsca=files.current, contacts=files.contacts)


@pytest.fixture
def arrives(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Arrives]:
    """`arrives(Provider, javascript=False)`: somebody with a browser of their own, closed when the test ends."""
    people: list[Person] = []

    def arrive(kind: type[Person], **how: Any) -> Person:
        person = kind(browser, browser_context_args, **how)
        people.append(person)
        return person

    yield arrive
    for person in people:
        person.leaves()
