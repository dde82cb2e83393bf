"""The list of snapshots and one of them, at a desk and on a phone: accessible, silent, no wider than the screen."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts import roles
from tests.browser.looking import faults, is_too_wide, silent_console
from tests.factories.user import StaffFactory
from tests.fulfilment.test_pages_in_a_browser import sign_in
from tests.reports.downloads.worlds import WEEK, a_published_snapshot, a_snapshot, a_withdrawn_snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# Where to leave pictures for a person to look at; none by default.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def addresses(live_server: Any) -> dict[str, str]:
    first = a_withdrawn_snapshot()
    for number in range(1, 30):
        a_snapshot(WEEK - timedelta(weeks=number))
    second = a_published_snapshot(version=2)
    return {
        "snapshots": reverse("snapshots"),
        "snapshot": reverse("snapshot", args=[second.week, second.version]),
        "withdrawn": reverse("snapshot", args=[first.week, first.version]),
    }


def test_every_page_can_be_read_by_everybody_and_gives_the_workbook(
    page: Page, client: Any, live_server: Any, addresses: dict[str, str]
) -> None:
    sign_in(page, client, live_server, StaffFactory.create(role=roles.DHSC_ANALYST))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for name, address in addresses.items():
            with silent_console(page) as messages:
                page.goto(address, wait_until="load")
            assert messages == [], address
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
            assert not is_too_wide(page), (address, width)
            assert faults(page) == []
    page.goto(addresses["snapshots"])
    page.get_by_role("link", name="16 to 22 November 2026").click()
    page.get_by_role("link", name="Table 2: Orders and badges in the week by region").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Workbook (XLSX)").click()
    assert download.value.suggested_filename == "care-badges-2026-11-16-v2.xlsx"
