"""What was done and seen can be added to the record and never taken out of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.audit.actions import record_personal_page_seen
from badgeportal.audit.models import AuditEvent
from tests.factories.user import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def somebody_looks() -> None:
    record_personal_page_seen(
        actor=Actor.user(StaffFactory()), subjects=[UserFactory()], page="admin:user_page", now=timezone.now()
    )


@pytest.mark.parametrize(
    "tamper", [lambda: AuditEvent.objects.all().delete(), lambda: AuditEvent.objects.update(actor="user:1")]
)
def test_no_row_of_the_record_is_changed_or_taken_out(tamper: Callable[[], object]) -> None:
    somebody_looks()
    before = list(AuditEvent.objects.order_by("pk").values())
    assert before
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        tamper()
    assert list(AuditEvent.objects.order_by("pk").values()) == before


def test_maintenance_that_says_so_may() -> None:
    somebody_looks()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.maintenance = 'on'")
        AuditEvent.objects.all().delete()
    assert not AuditEvent.objects.exists()
