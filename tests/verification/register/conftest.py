from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from badgeportal.actor import Actor
from sampledata.register import SampleListing
from tests.verification.register.files import csv_file, hsca_file
from verification.models import RegisterImport
from verification.register.importing import import_contacts, import_hsca

NOW = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
ACTOR = Actor.system("test")

Load = Callable[..., RegisterImport]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load places, or a file that is there already, as CQC's file."""

    def load(
        what: Iterable[SampleListing] | Path, *, now: datetime = NOW, accept_closures: bool = False
    ) -> RegisterImport:
        path = what if isinstance(what, Path) else hsca_file(tmp_path, what)
        return import_hsca(path=path, actor=ACTOR, now=now, accept_closures=accept_closures)

    return load


@pytest.fixture
def load_contacts(tmp_path: Path) -> Load:
    """Load rows, or a file that is there already, as the contact extract."""

    def load(what: Sequence[Sequence[str]] | Path, *, now: datetime = NOW) -> RegisterImport:
        path = what if isinstance(what, Path) else csv_file(tmp_path, what)
        return import_contacts(path=path, actor=ACTOR, now=now)

    return load
