"""Two workers publish one week at once: it comes out once. The twin shows what the lock is for, and what the last wall does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from django.db import IntegrityError
from django.utils import timezone

from badgeportal.actor import Actor
from reports.models import Snapshot, SnapshotRequest
from reports.periods import last_closed_week
from reports.snapshots import publishing
from reports.snapshots.asking import ask_for_extra_snapshot
from reports.snapshots.faults import AskedAlready
from reports.snapshots.publishing import publish_week
from tests.badgeportal.test_outbox_race import in_a_thread
from tests.factories.user import StaffFactory
from tests.journeys import placed_order
from tests.orders.test_placing_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NOW = timezone.now()
WEEK = last_closed_week(NOW)


class Slow:
    """Computing that waits in the middle, so that another worker comes while this one is at it."""

    def __init__(self) -> None:
        self.begun, self.go_on = Event(), Event()

    def __call__(self, monday: object) -> list[object]:
        self.begun.set()
        assert self.go_on.wait(timeout=30)
        return []


@contextmanager
def no_lock(name: str) -> Iterator[bool]:
    yield True


def two_workers(monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """What the second of two gets, who begins while the first computes, and then what the first gets."""
    slow = Slow()
    monkeypatch.setattr(publishing, "compute", slow)
    first, results = in_a_thread(lambda: publish_week(week=WEEK, now=NOW))
    assert slow.begun.wait(timeout=30)
    monkeypatch.setattr(publishing, "compute", lambda monday: [])
    second = publish_week(week=WEEK, now=NOW)
    slow.go_on.set()
    first.join(timeout=30)
    return second, results[0]


def test_the_second_worker_leaves_the_week_to_the_first(monkeypatch):
    second, first = two_workers(monkeypatch)
    assert second is None
    assert list(Snapshot.objects.all()) == [first]
    assert publish_week(week=WEEK, now=NOW) is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_without_the_lock_both_compute_and_the_constraint_lets_one_through(monkeypatch):
    monkeypatch.setattr(publishing, "alone_with", no_lock)
    with pytest.raises(IndexError):
        # The first has no result: it was refused.
        two_workers(monkeypatch)
    assert Snapshot.objects.count() == 1


def test_two_managers_who_ask_at_once_ask_once(monkeypatch):
    placed_order(now=NOW - timedelta(weeks=2))
    actors = [Actor.user(StaffFactory()) for _ in range(4)]
    results = at_once([lambda actor=actor: ask_for_extra_snapshot(week=WEEK, actor=actor, now=NOW) for actor in actors])
    assert sum(isinstance(result, SnapshotRequest) for result in results) == 1
    assert sum(isinstance(result, AskedAlready) for result in results) == 3
    assert not any(isinstance(result, IntegrityError) for result in results)
