"""Drafts hold names and addresses: they go when nobody comes back to them, and when their order has what it needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.models import Order, OrderDraft
from orders.placing import place_order
from orders.sweeping import sweep_drafts
from orders.tasks import sweep_drafts_task
from tests.journeys import finished_draft, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago(settings):
    return timezone.now() - timedelta(days=settings.DRAFT_DAYS, minutes=1)


@pytest.mark.planted_fault("orders.sweep_drafts")
def test_a_draft_nobody_came_back_to_is_deleted(long_ago):
    stale, fresh = finished_draft(now=long_ago), finished_draft()
    assert sweep_drafts_task() == 1
    assert list(OrderDraft.objects.all()) == [fresh]
    assert stale.pk != fresh.pk


def test_the_days_come_from_the_settings(settings):
    finished_draft(now=timezone.now() - timedelta(days=3))
    assert sweep_drafts(now=timezone.now()) == 0
    settings.DRAFT_DAYS = 2
    assert sweep_drafts(now=timezone.now()) == 1


def test_a_placed_draft_is_emptied_and_still_finds_its_order(long_ago):
    order = placed_order(now=long_ago)
    kept = placed_order()
    assert sweep_drafts(now=timezone.now()) == 1
    draft = OrderDraft.objects.get(order=order)
    empty = {
        name: getattr(draft, name)
        for name in ("recipient_name", "address_line_1", "postcode", "phone", "organisation_name")
    }
    assert set(empty.values()) == {""}
    assert (draft.quantity, draft.cqc_registered) == (None, None)
    again = place_order(account=order.account, draft_id=draft.pk, version=draft.version, now=timezone.now())
    assert again == order
    assert Order.objects.get(pk=order.pk).recipient_name != ""
    assert OrderDraft.objects.get(order=kept).recipient_name != ""


def test_a_second_sweep_finds_nothing(long_ago):
    placed_order(now=long_ago)
    finished_draft(now=long_ago)
    assert [sweep_drafts(now=timezone.now()) for _ in range(2)] == [2, 0]


def test_more_than_one_batch_is_swept(long_ago, monkeypatch):
    monkeypatch.setattr("orders.sweeping._BATCH", 2)
    for _ in range(5):
        finished_draft(now=long_ago)
    assert sweep_drafts(now=timezone.now()) == 5
