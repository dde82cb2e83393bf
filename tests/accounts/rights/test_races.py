"""The same form sent twice at once is one request. The twin shows what happens without the lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import DataRequest, User
from accounts.rights import opening
from accounts.rights.history import set_clock
from accounts.rights.opening import OpenAlready
from accounts.rights.reminding import remind_staff
from badgeportal.outbox.models import OutboxMessage
from badgeportal.privacy.subject import DataSubject
from tests.accounts.rights.steps import a_request, later
from tests.factories.user import UserFactory
from tests.orders.test_placing_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def asking_twice() -> list[Any]:
    person = UserFactory()
    return at_once([lambda: a_request(account=person)] * 2)


def test_a_form_sent_twice_is_one_request() -> None:
    results = asking_twice()

    request = DataRequest.objects.get()
    assert [result for result in results if isinstance(result, DataRequest)] == [request]
    assert [result.request for result in results if isinstance(result, OpenAlready)] == [request]


def test_without_the_lock_both_look_and_the_constraint_has_to_stop_one(monkeypatch: pytest.MonkeyPatch) -> None:
    both_looked = Barrier(2)

    def unlocked(about: DataRequest, subject: DataSubject, contact: object) -> None:
        about.account = User.objects.get(pk=subject.account_ids[0])

    def after_both_looked(request: DataRequest) -> None:
        both_looked.wait(timeout=30)
        set_clock(request)

    monkeypatch.setattr(opening, "put_subject", unlocked)
    monkeypatch.setattr(opening, "set_clock", after_both_looked)

    results = asking_twice()

    assert sum(isinstance(result, IntegrityError) for result in results) == 1
    assert DataRequest.objects.count() == 1


def reminding(now: datetime) -> Callable[[], dict[str, int]]:
    return lambda: remind_staff(now=now)


def test_two_sweeps_at_once_send_one_reminder_for_each_request() -> None:
    for _ in range(8):
        a_request()

    results = at_once([reminding(later(days=22))] * 4)

    assert sum(result["data requests"] for result in results) == 8
    assert OutboxMessage.objects.filter(template="data_request_reminder").count() == 8
