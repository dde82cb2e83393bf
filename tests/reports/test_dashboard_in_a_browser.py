"""The analyst's page at a desk, on a phone, on paper and without JavaScript: accessible, silent, no wider than the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts import roles
from reports.dashboard.preparing import prepare_dashboard
from tests.browser.looking import faults, is_too_wide, silent_console
from tests.factories.user import StaffFactory
from tests.fulfilment.test_pages_in_a_browser import sign_in
from tests.reports.published import Change, weeks_of_figures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# Where to leave pictures for a person to look at; none by default. With them the world is larger, so that there is more to see.
PICTURES = os.environ.get("PICTURES", "")
PROBLEMS: Change = {(0, "verification", "queue_oldest_days"): 4, (3, "week", "badges"): "c", (3, "week", "orders"): "c"}


@pytest.fixture
def analyst(page: Page, client: Any, live_server: Any) -> Page:
    sign_in(page, client, live_server, StaffFactory.create(role=roles.DHSC_ANALYST))
    return page


def opened(page: Page, *, width: int, name: str) -> None:
    """Open the page at that width and look that it is silent, accessible and fits, with every chart that it has in sight."""
    page.set_viewport_size({"width": width, "height": 900})
    with silent_console(page) as messages:
        page.goto(reverse("reports"), wait_until="networkidle")
    assert messages == []
    assert not is_too_wide(page)
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
    assert faults(page) == []


def test_figures_findings_and_charts_at_a_desk_and_on_a_phone_and_on_paper(analyst: Page) -> None:
    weeks_of_figures(30 if PICTURES else 9, changed=PROBLEMS)
    prepare_dashboard(now=timezone.now())
    for width in (1280, 390):
        opened(analyst, width=width, name="dashboard")
        shown = analyst.locator(".app-chart img").first.evaluate("image => image.currentSrc")
        assert shown.endswith(".svg")
    analyst.get_by_text("The figures in a table: Badges and orders by week, England").click()
    assert analyst.get_by_role("table", name="Badges and orders by week, England").is_visible()
    assert not is_too_wide(analyst)
    assert faults(analyst) == []
    analyst.emulate_media(media="print")
    assert not analyst.get_by_role("navigation", name="Main menu").is_visible()
    assert not analyst.get_by_text("The figures in a table").first.is_visible()
    assert analyst.locator(".app-chart img").last.is_visible()
    # What says how the forecast was made is folded on a screen; on paper nobody can unfold it.
    assert analyst.get_by_text("Each method was tried on").is_visible()


def test_before_there_is_anything_and_before_charts_are_drawn(analyst: Page) -> None:
    opened(analyst, width=390, name="nothing")
    assert analyst.get_by_text("Nothing has been published yet.").is_visible()
    weeks_of_figures(3)
    opened(analyst, width=390, name="undrawn")
    assert analyst.get_by_role("table", name="Badges and orders by week, England").is_visible()


def test_without_javascript_every_figure_can_be_reached(
    browser: Browser, browser_context_args: dict[str, Any], client: Any, live_server: Any
) -> None:
    weeks_of_figures(3)
    with browser.new_context(**browser_context_args, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, client, live_server, StaffFactory.create(role=roles.DHSC_ANALYST))
        page.goto(reverse("reports"))
        page.get_by_text("What is looked at each week").click()
        assert page.get_by_text("stock lasts less than 4 weeks").is_visible()
        page.get_by_role("link", name="The week in figures").click()
        assert page.get_by_text("Badges ordered", exact=True).first.is_visible()
