"""Staff who stay away, or stay all day, sign in again; care providers keep their session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.user import UserFactory

pytestmark = pytest.mark.django_db


def staff_after(*, idle: timedelta = timedelta(0), since: timedelta = timedelta(0), **given: Any) -> Client:
    """A client whose session was begun `since` ago and last used `idle` ago."""
    client = Client()
    client.force_login(UserFactory(**{"is_staff": True} | given))
    now = timezone.now()
    session = client.session
    session["staff_since"] = (now - since).isoformat()
    session["staff_seen"] = (now - idle).isoformat()
    session.save()
    return client


def test_staff_at_work_stay_signed_in() -> None:
    client = staff_after(idle=timedelta(minutes=29), since=timedelta(hours=7))
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("away", [{"idle": timedelta(minutes=31)}, {"since": timedelta(hours=8, minutes=1)}])
def test_staff_are_signed_out_and_come_back_to_their_page(away: dict[str, timedelta]) -> None:
    client = staff_after(**away)
    response = client.get("/admin/orders/order/?state=placed")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=/admin/orders/order/")
    assert "_auth_user_id" not in client.session
    assert "You were signed out because time ran out" in client.get(response["Location"]).content.decode()


def test_a_page_puts_the_idle_clock_back() -> None:
    client = staff_after(idle=timedelta(minutes=20))
    before = client.session["staff_seen"]
    client.get("/admin/")
    assert client.session["staff_seen"] > before


def test_the_clock_begins_with_the_first_page() -> None:
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    assert client.get("/admin/").status_code == 200
    assert {"staff_since", "staff_seen"} <= set(client.session.keys())


def test_the_times_are_settings(settings: Any) -> None:
    settings.STAFF_IDLE_MINUTES = 5
    assert staff_after(idle=timedelta(minutes=6)).get("/admin/").status_code == 302


def test_a_care_provider_is_not_hurried() -> None:
    assert staff_after(idle=timedelta(hours=5), is_staff=False).get("/orders/").status_code == 200
