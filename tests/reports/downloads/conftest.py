"""One published snapshot in words, and the workbooks made of it, for every test that only reads them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import transaction

from reports.downloads.publication import Publication, publication_of
from reports.downloads.workbook import workbook
from tests.reports.downloads.worlds import DEFINITIONS, a_published_snapshot, a_withdrawn_snapshot


@pytest.fixture(scope="package")
def publication(django_db_setup: None, django_db_blocker: Any) -> Publication:
    """The second version of a week, read from the database; nothing of it stays there."""
    with django_db_blocker.unblock(), transaction.atomic():
        first = a_withdrawn_snapshot()
        found = publication_of(a_published_snapshot(version=2), definitions=DEFINITIONS, withdrawn=[first])
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="package")
def xlsx(publication: Publication) -> bytes:
    return workbook(publication)


@pytest.fixture(scope="package")
def book(xlsx: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx))
