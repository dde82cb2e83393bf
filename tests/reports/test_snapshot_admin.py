"""Portal managers ask for figures and withdraw them; a page says what stands in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER
from badgeportal.actor import Actor
from reports.disclosure.model import ContradictionError
from reports.models import Snapshot, SnapshotRequest
from reports.periods import last_closed_week
from reports.snapshots.publishing import publish_due, publish_week
from tests.factories.user import StaffFactory
from tests.journeys import placed_order

pytestmark = pytest.mark.django_db
ASK, LIST = "admin:reports_snapshot_ask", "admin:reports_snapshot_changelist"


@pytest.fixture
def snapshot(monkeypatch) -> Snapshot:
    monkeypatch.setattr("reports.snapshots.publishing.compute", lambda monday: [])
    now = timezone.now()
    placed_order(now=now - timedelta(weeks=1))
    made = publish_week(week=last_closed_week(now), now=now, actor=Actor.system("publish-weeks"))
    assert made is not None
    return made


@pytest.fixture
def manager(client):
    user = StaffFactory(role=PORTAL_MANAGER)
    client.force_login(user)
    return user


def withdraw(snapshot: Snapshot) -> str:
    return reverse("admin:reports_snapshot_withdraw", args=[snapshot.pk])


def test_a_manager_withdraws_figures_with_a_reason_and_asks_for_new_ones(client, manager, snapshot):
    page = client.get(reverse("admin:reports_snapshot_change", args=[snapshot.pk])).content.decode()
    assert withdraw(snapshot) in page
    assert "Enter why the figures are withdrawn" in client.post(withdraw(snapshot), {"reason": " "}).content.decode()

    answer = client.post(withdraw(snapshot), {"reason": "Counted twice"}, follow=True)

    assert "Withdrawn: " in answer.content.decode()
    snapshot.refresh_from_db()
    assert snapshot.withdrawn_by == f"user:{manager.pk}"
    assert (
        withdraw(snapshot)
        not in client.get(reverse("admin:reports_snapshot_change", args=[snapshot.pk])).content.decode()
    )
    answer = client.post(reverse(ASK), {"week": f"{snapshot.week:%d/%m/%Y}"}, follow=True)
    assert "The figures are being computed" in answer.content.decode()
    assert SnapshotRequest.objects.open().get().week == snapshot.week


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (ContradictionError("x"), "because they contradict figures that were published before"),
        (RuntimeError("x"), "because something went wrong while they were computed"),
    ],
)
def test_a_manager_who_waits_is_told_why_figures_do_not_come(
    client, manager, snapshot, monkeypatch, fault: Exception, sentence: str
):
    client.post(withdraw(snapshot), {"reason": "Counted twice"})
    client.post(reverse(ASK), {"week": f"{snapshot.week:%d/%m/%Y}"})
    week = f"Figures for the week of {snapshot.week:%-d %B %Y}"
    assert f'<li class="info">{week}: they are being computed.' in client.get(reverse(LIST)).content.decode()

    def fails(monday):
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr("reports.snapshots.publishing.compute", fails)
        with pytest.raises(type(fault)):
            publish_due(now=timezone.now())
    page = client.get(reverse(LIST)).content.decode()
    assert f'<li class="warning">{week} could not be published on ' in page
    assert sentence in page

    publish_due(now=timezone.now())
    assert week not in client.get(reverse(LIST)).content.decode()
    assert Snapshot.objects.published().of_week(snapshot.week).get().version == 2


def test_what_stands_in_the_way_is_said_at_the_field(client, manager, snapshot):
    for week, sentence in {
        snapshot.week: "Figures for that week are published. Withdraw them first.",
        snapshot.week + timedelta(days=1): "Choose the Monday of a week that is over.",
        snapshot.week - timedelta(weeks=1): "Nothing had been ordered by that week. Choose a later one.",
    }.items():
        assert sentence in client.post(reverse(ASK), {"week": week.isoformat()}).content.decode()
    assert "Enter a date, like 16/11/2026" in client.post(reverse(ASK), {"week": "Monday"}).content.decode()
    assert not SnapshotRequest.objects.exists()


def test_a_colleague_who_was_first_is_told(client, manager, snapshot):
    for sentence in ("Withdrawn: ", "A colleague has withdrawn this snapshot."):
        assert sentence in client.post(withdraw(snapshot), {"reason": "x"}, follow=True).content.decode()


def test_customer_service_neither_asks_nor_withdraws(client, snapshot):
    client.force_login(StaffFactory(role=CUSTOMER_SERVICE))
    assert client.post(withdraw(snapshot), {"reason": "x"}).status_code == 403
    assert client.post(reverse(ASK), {"week": snapshot.week.isoformat()}).status_code == 403
    assert client.get(reverse(LIST)).status_code == 403
