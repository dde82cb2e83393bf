"""Rows of a register file that could not be loaded go after their period; what the import counted stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.verification.worlds import an_import
from verification.models import FailedRow, RegisterImport
from verification.register.sweeping import sweep_failed_rows
from verification.tasks import sweep_failed_rows_task

pytestmark = pytest.mark.django_db


@pytest.mark.planted_fault("verification.sweep_failed_rows")
def test_old_failed_rows_go(settings: Any) -> None:
    settings.FAILED_ROW_DAYS = 90
    now = timezone.now()
    for days in (91, 89):
        register_import = an_import()
        RegisterImport.objects.filter(pk=register_import.pk).update(started_at=now - timedelta(days=days))
        FailedRow.objects.create(register_import=register_import, row_number=days, value="ann@home.example", reason="x")
    assert sweep_failed_rows(now=now) == 1
    assert FailedRow.objects.get().row_number == 89
    assert RegisterImport.objects.count() == 2
    assert sweep_failed_rows_task() == 0
