"""Closing waits for figures that can only be counted while there is data; what was published outlives it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.closing.waiting import still_open
from accounts.roles import DHSC_ANALYST
from reports.models import Cell
from reports.periods import last_closed_week
from reports.snapshots import faults, weeks
from reports.snapshots.asking import ask_for_extra_snapshot
from reports.snapshots.publishing import publish_due, publish_week
from reports.snapshots.reading import latest_snapshot, tables_of
from reports.snapshots.sweeping import publish_overdue
from tests.closing import steps
from tests.factories.user import StaffFactory
from tests.journeys import placed_order

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _own_files(tmp_path, settings) -> None:
    """Closing empties the folders of files."""
    settings.LOCAL_MAIL_DIR = tmp_path / "mail"
    settings.DATA_DIR = tmp_path


def waited_for(plan) -> list[str]:
    return [one.matter.name for one in still_open(plan) if one.matter.label == "reports.snapshot"]


def test_published_figures_outlive_the_data_they_were_counted_from(client):
    week = last_closed_week(steps.NOW)
    placed_order(now=steps.NOW - timedelta(weeks=1))
    plan = steps.confirmed()
    name = f"Management information for the week of {week:%-d %B %Y}"
    assert waited_for(plan) == [name]
    assert publish_due(now=steps.NOW) == 1
    assert waited_for(plan) == []
    before = list(Cell.objects.order_by("pk").values())
    placed_order(now=steps.NOW - timedelta(weeks=2))
    ask_for_extra_snapshot(week=last_closed_week(steps.NOW - timedelta(weeks=1)), actor=steps.manager(), now=steps.NOW)
    plan.delete()
    analyst = StaffFactory(role=DHSC_ANALYST)

    steps.destroyed()

    assert list(Cell.objects.order_by("pk").values()) == before
    assert tables_of(latest_snapshot())["week"].figure("total", "orders") is not None
    client.force_login(analyst)
    assert client.get(reverse("reports")).status_code in (200, 302)
    # Nothing can be counted any more, so nothing is published, and nobody waits for it.
    assert weeks.unpublished_weeks(steps.DESTROYED + timedelta(weeks=8)) == []
    assert publish_due(now=steps.DESTROYED + timedelta(weeks=8)) == 0
    assert publish_overdue(now=steps.DESTROYED + timedelta(weeks=8)) == 0
    later = last_closed_week(steps.DESTROYED)
    assert publish_week(week=later, now=steps.DESTROYED) is None
    with pytest.raises(faults.DataIsDestroyed):
        ask_for_extra_snapshot(week=later, actor=steps.manager(), now=steps.DESTROYED)
