"""A manager's pages of snapshots, at a desk and on a phone: accessible, silent, no wider than the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.roles import PORTAL_MANAGER
from reports.models import SnapshotRequest
from tests.browser.looking import looked_at, silent_console
from tests.factories.user import StaffFactory
from tests.fulfilment.test_pages_in_a_browser import sign_in
from tests.reports.leaves import a_snapshot, an_edition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_every_page_can_be_read_by_everybody(page: Page, client: Any, live_server: Any) -> None:
    snapshot, edition = a_snapshot(), an_edition()
    # One that is being computed, and one that did not come.
    asked = {"asked_by": "user:1", "asked_at": timezone.now()}
    SnapshotRequest.objects.create(week=snapshot.week - timedelta(weeks=1), **asked)
    SnapshotRequest.objects.create(
        week=snapshot.week - timedelta(weeks=2), tried_at=timezone.now(), fault="contradicts", **asked
    )
    sign_in(page, client, live_server, StaffFactory.create(role=PORTAL_MANAGER))
    found: list[str] = []
    for name, one in (
        ("snapshot_changelist", None),
        ("snapshot_change", snapshot.pk),
        ("snapshot_ask", None),
        ("snapshot_withdraw", snapshot.pk),
        ("postcodeedition_changelist", None),
        ("postcodeedition_change", edition.pk),
    ):
        with silent_console(page) as messages:
            page.goto(reverse(f"admin:reports_{name}", args=[one] if one else []), wait_until="load")
        found += [*messages, *looked_at(page, name, standard_only=True)]

    page.goto(reverse("admin:reports_snapshot_withdraw", args=[snapshot.pk]))
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_text("Enter why the figures are withdrawn").first.wait_for()
    found += looked_at(page, "snapshot_withdraw_error", standard_only=True)
    assert page.title().startswith("Error: ")
    assert found == []
