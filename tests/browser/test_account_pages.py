"""The pages around signing in, in a real browser: each accessible, and a second step set up and used."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from tests.browser.looking import looked_at, next_page, silent_console
from tests.factories.user import PASSWORD, UserFactory

pytestmark = pytest.mark.browser

PAGES = [
    "/your-details/",
    "/account/email/",
    "/account/sessions/",
    "/account/2fa/",
    "/account/2fa/webauthn/",
    "/account/logout/",
]
# These ask for the password again, and that page is looked at too.
GUARDED = ["/account/password/change/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"]


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/?next=/your-details/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with next_page(page):
        page.get_by_role("button", name="Sign in").click()


def confirm(page: Page) -> None:
    """Type the password again where a page asks who is there."""
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with next_page(page):
        page.get_by_role("button", name="Continue").click()


def code_of(secret: str) -> str:
    """What an authenticator app that knows `secret` shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def check(page: Page, path: str) -> None:
    assert looked_at(page, f"account{path.replace('/', '-')}") == []


def test_every_page_is_accessible_silent_and_fits(page: Page) -> None:
    sign_in(page, UserFactory().email)
    expect(page.get_by_role("heading", name="Your details")).to_be_visible()
    for path in [*PAGES, *GUARDED]:
        with silent_console(page) as messages:
            page.goto(path, wait_until="load")
        assert messages == [], path
        check(page, path)
        if "/reauthenticate/" in page.url:
            confirm(page)
            check(page, path)


def test_a_second_step_is_set_up_with_the_picture_on_the_page_and_asked_for_from_then_on(page: Page) -> None:
    email = UserFactory().email
    sign_in(page, email)
    with silent_console(page) as messages:
        page.goto("/account/2fa/totp/activate/", wait_until="load")
        confirm(page)
    assert messages == []
    drawn = page.get_by_role("img", name="QR code for your authenticator app").locator("svg").bounding_box()
    assert drawn
    assert drawn["width"] > 150
    secret = page.locator(".app-code").inner_text()
    page.get_by_label("Code from your authenticator app").fill("000000x")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("The code is not correct")
    assert page.locator(".app-code").inner_text() == secret
    page.get_by_label("Code from your authenticator app").fill(code_of(secret))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    recovery_code = page.locator("li.app-code").first.inner_text()
    check(page, "recovery codes")

    with next_page(page):
        page.get_by_role("button", name="Sign out").click()
    sign_in(page, email)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    check(page, "second step")
    page.get_by_label("Code from your authenticator app, or a recovery code").fill(recovery_code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your details")).to_be_visible()
