"""The pages people meet when something is wrong, in a real browser: in the portal's design, accessible, and not too wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.badgeportal.test_error_pages import PAGES
from tests.browser.looking import looked_at, next_page

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.badgeportal.test_error_pages")]

ADDRESSES = {
    "/planted-puzzle/": "puzzling",
    "/planted-refusal/": "forbidden",
    "/no-such-page/": "not found",
    "/planted-fault/": "our fault",
    "/planted-pause/": "away",
}


def is_the_page(page: Page, name: str) -> None:
    _, _, title, _ = PAGES[name]
    expect(page).to_have_title(f"{title} - Order CARE badges")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    # The design was loaded: the heading has its size and place, and nothing hangs out of the screen.
    assert page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 24
    assert looked_at(page, f"error-{name.replace(' ', '-')}") == []


def test_every_error_is_accessible_and_fits(page: Page) -> None:
    for address, name in ADDRESSES.items():
        page.goto(address)
        is_the_page(page, name)


def test_errors_of_a_post_too(page: Page) -> None:
    page.goto("/account/password/reset/")
    page.context.clear_cookies()
    page.get_by_label("Email address").fill("somebody@care.example")
    with next_page(page):
        page.get_by_role("button").last.click()
    is_the_page(page, "old token")
    page.goto("/account/login/")
    page.get_by_label("Email address").fill("x" * (1 << 20))
    with next_page(page):
        page.get_by_role("button", name="Sign in").click()
    is_the_page(page, "too large")
