"""What the database itself will not take about accounts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Portal, User
from badgeportal.audit.models import AuditEvent
from tests.factories.user import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("user_anonymised_holds_nothing", {"email": None}),
        ("user_anonymised_holds_nothing", {"anonymised_at": True, "disabled_at": True, "is_active": False}),
        (
            "user_anonymised_holds_nothing",
            {"anonymised_at": True, "disabled_at": True, "is_active": False, "email": None},
        ),
        ("user_disabled_cannot_sign_in", {"disabled_at": True}),
        (
            "user_anonymised_is_disabled",
            {"anonymised_at": True, "email": None, "name": "", "organisation": "", "phone": "", "is_active": False},
        ),
    ],
)
def test_the_database_refuses(constraint: str, changes: dict[str, Any]) -> None:
    user = UserFactory(phone="+441614960123")
    moments = {
        name: timezone.now() if value is True and name.endswith("_at") else value for name, value in changes.items()
    }

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**moments)


def test_an_anonymised_account_is_taken() -> None:
    user = UserFactory()
    now = timezone.now()
    empty = {"email": None, "name": "", "organisation": "", "phone": ""}

    User.objects.filter(pk=user.pk).update(**empty, is_active=False, disabled_at=now, anonymised_at=now)

    assert User.objects.get(pk=user.pk).email is None


def test_capitals_do_not_make_another_address() -> None:
    user = UserFactory(email="ann@home.example")
    other = UserFactory()

    with pytest.raises(IntegrityError, match="user_email_unique_whatever_its_capitals"), transaction.atomic():
        User.objects.filter(pk=other.pk).update(email=user.email.upper())


def test_there_is_one_portal() -> None:
    with pytest.raises(IntegrityError, match="portal_is_one_row"), transaction.atomic():
        Portal.objects.create(pk=2)


@pytest.mark.parametrize("actor", ["", "user:", "system:", "Ann Example", "user"])
def test_an_event_without_an_author_is_refused(actor: str) -> None:
    with pytest.raises(IntegrityError, match="audit_actor_is_named"), transaction.atomic():
        AuditEvent.objects.create(at=timezone.now(), kind="x", actor=actor, subject_type="a", subject_id="1")


def test_an_account_is_found_whatever_the_capitals_and_by_its_index() -> None:
    user = UserFactory(email="Ann@Home.Example")

    assert User.objects.with_email(" ANN@home.example ").get() == user
    assert User.objects.get_by_natural_key("ann@HOME.example") == user
    assert "UPPER" not in str(User.objects.with_email("ann@home.example").query)
