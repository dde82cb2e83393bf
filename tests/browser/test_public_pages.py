"""The public pages in a real browser: on a desk and on a phone, with and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import faults, looked_at, silent_console
from tests.journeys import stocked

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/account/signup/",
    "/account/login/",
    "/account/password/reset/",
    "/privacy/",
    "/privacy/2020-12-11/",
    "/cookies/",
    "/accessibility/",
    "/contact/",
]
PHONE = {"width": 390, "height": 800}


def test_every_page_is_accessible_silent_and_fits(page: Page) -> None:
    for path in PAGES:
        with silent_console(page) as messages:
            page.goto(path, wait_until="load")
        assert messages == [], path
        assert looked_at(page, f"public{path.replace('/', '-')}") == []


def test_the_page_that_was_not_found_is_accessible_too(page: Page) -> None:
    page.goto("/no-such-page/")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    assert faults(page) == []


def test_an_error_takes_the_focus_and_its_link_leads_to_the_field(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Error: Sign in - Order CARE badges")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter your email address").click()
    expect(page.get_by_label("Email address")).to_be_focused()
    assert faults(page) == []


def test_a_password_can_be_shown(page: Page) -> None:
    page.goto("/account/signup/")
    field = page.get_by_label("Create a password", exact=True)
    field.fill("three odd words")
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")


def test_the_menu_opens_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")
    link = page.get_by_role("link", name="Your orders", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()
    assert faults(page) == []


def test_without_javascript_everything_is_there(browser: Browser, browser_context_args: dict[str, Any]) -> None:
    stocked()
    context = browser.new_context(**browser_context_args, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("link", name="Your orders", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    page.get_by_role("button", name="Start now").click()
    expect(page).to_have_title("Sign in - Order CARE badges")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Enter your email address")).to_have_attribute("href", "#id_login")
    context.close()


def test_the_first_view_of_the_start_page_weighs_at_most_60_kilobytes(page: Page) -> None:
    stocked()
    weights: dict[str, int] = {}
    addresses: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    session.on(
        "Network.loadingFinished", lambda event: weights.update({event["requestId"]: event["encodedDataLength"]})
    )
    page.goto("/", wait_until="networkidle")
    loaded = {addresses[request] for request in weights}
    assert len([url for url in loaded if ".css" in url]) == 1
    assert len([url for url in loaded if ".js" in url]) == 3
    assert sum(weights.values()) <= 60_000
