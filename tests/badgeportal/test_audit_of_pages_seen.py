"""Who was shown whom is one note for each page, is found by the number of each person on it, and has a period."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.audit.actions import record_personal_page_seen
from badgeportal.audit.models import AuditEvent
from badgeportal.audit.sweeping import sweep_pages_seen
from badgeportal.audit.tasks import sweep_pages_seen as task
from tests.accounts.test_signing_in import sign_in
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import placed_order

pytestmark = pytest.mark.django_db


def shown(*subjects: Any, page: str = "admin:user_list", ago: timedelta = timedelta(0)) -> None:
    actor = Actor.system("test")
    record_personal_page_seen(actor=actor, subjects=subjects, page=page, now=timezone.now() - ago)


def test_a_list_is_one_note_for_each_kind_of_record() -> None:
    ann, bob, order = UserFactory(), UserFactory(), placed_order()
    shown(ann, bob, ann, order)
    rows = AuditEvent.objects.filter(kind="personal_page_seen").order_by("pk")
    assert [(one.subject_type, one.subject_id, one.details.get("ids")) for one in rows] == [
        ("accounts.user", "", [str(ann.pk), str(bob.pk)]),
        ("orders.order", str(order.pk), None),
    ]


def test_each_person_on_it_is_found_and_nobody_else() -> None:
    people = UserFactory.create_batch(3)
    shown(people[0], people[1])
    shown(people[1], page="admin:user_page")
    found = [
        set(AuditEvent.objects.seen("accounts.user", [one.pk]).values_list("details__page", flat=True))
        for one in people
    ]
    assert found == [{"admin:user_list"}, {"admin:user_list", "admin:user_page"}, set()]
    assert not AuditEvent.objects.seen("orders.order", [people[0].pk]).exists()
    assert AuditEvent.objects.seen("accounts.user", [one.pk for one in people]).count() == 2


def test_who_was_on_a_list_is_found_by_index() -> None:
    people = UserFactory.create_batch(2)
    shown(*people)
    [note] = AuditEvent.objects.filter(kind="personal_page_seen")
    many = [{"page": "admin:user_list", "ids": [str(number), str(number + 1)]} for number in range(1000, 6000)]
    AuditEvent.objects.bulk_create(
        AuditEvent(at=note.at, kind=note.kind, actor=note.actor, subject_type=note.subject_type, details=details)
        for details in many
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_auditevent")
    plan = AuditEvent.objects.seen("accounts.user", [people[0].pk]).explain()
    assert "audit_ids_seen" in plan


def test_investigators_find_who_saw_account_12(client: Any) -> None:
    people: list[User] = UserFactory.create_batch(2)
    shown(*people)
    sign_in(client, StaffFactory(role=roles.PORTAL_MANAGER))
    page = client.get(reverse("admin:audit_auditevent_changelist"), {"q": str(people[1].pk)}, follow=True).text
    assert "person (2 in a list)" in page


@pytest.mark.planted_fault("audit.sweep_pages_seen")
def test_old_notes_of_pages_go_and_what_was_done_stays(settings: Any) -> None:
    settings.AUDIT_SEEN_DAYS = 365
    user = UserFactory()
    shown(user, ago=timedelta(days=366))
    shown(user, ago=timedelta(days=364))
    done = AuditEvent.objects.create(
        at=timezone.now() - timedelta(days=3660), kind="people_erased", actor="system:test",
        subject_type="accounts.user", subject_id=str(user.pk),
    )  # fmt: skip
    before = AuditEvent.objects.count()
    assert sweep_pages_seen(now=timezone.now()) == 1
    assert AuditEvent.objects.seen("accounts.user", [user.pk]).count() == 1
    assert AuditEvent.objects.filter(pk=done.pk).exists()
    assert AuditEvent.objects.count() == before - 1
    assert task() == 0
