"""Staff read a colleague's name where a row holds a number; people who order stay numbers, and nothing else is looked up."""

from __future__ import annotations

import pytest

from accounts.roles import FULFILMENT_OFFICER
from badgeportal.who_acted import names_of
from tests.factories.user import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_staff_are_named_providers_numbered_and_jobs_told_in_words(django_assert_num_queries):
    officer, provider = StaffFactory(name="Fiona Platt", role=FULFILMENT_OFFICER), UserFactory(name="Maria Okafor")
    asked = [f"user:{officer.pk}", f"user:{provider.pk}", "user:999999999", "system:assess-orders", "user:x"]
    with django_assert_num_queries(1):
        names = names_of(asked * 50)
    assert [names[actor] for actor in asked] == [
        "Fiona Platt",
        f"Account {provider.pk}",
        "Account 999999999",
        "The portal (assess orders)",
        "user:x",
    ]


def test_a_member_of_staff_without_a_name_is_a_number():
    officer = StaffFactory(name="", role=FULFILMENT_OFFICER)
    assert names_of([f"user:{officer.pk}"]) == {f"user:{officer.pk}": f"Account {officer.pk}"}
