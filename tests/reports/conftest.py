"""Worlds that many tests of management information look at and none changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_django
from django.db import transaction

from tests.reports.tiny_world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker, tmp_path_factory) -> Iterator[World]:
    """The tiny world, made once for the tests of a module and taken back after them."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        # As Django's own test cases: actions may say that they are the outermost.
        around._from_testcase = True
        with around:
            yield World(tmp_path_factory.mktemp("world"))
            transaction.set_rollback(True)
