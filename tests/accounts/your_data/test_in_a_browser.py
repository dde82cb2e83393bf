"""Every page of 'Your data' at a desk and on a phone, by keyboard and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import DataRequest, User
from tests.accounts.your_data.steps import restricted
from tests.browser.looking import looked_at, silent_console
from tests.factories.user import PASSWORD, UserFactory
from tests.journeys import placed_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
NAMES = ("", "copy/", "correct/", "limit/", "object/", "delete/")


def sign_in(page: Page, user: User, live_server: Any) -> None:
    page.goto(f"{live_server.url}/account/login/?next=/your-data/")
    page.get_by_label("Email address").fill(user.email or "")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your data")).to_be_visible()


def confirm(page: Page) -> None:
    """Type the password again, as each first step asks for it."""
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password", exact=True).press_sequentially(PASSWORD)
    page.get_by_role("button", name="Continue").press("Enter")


def test_every_page_can_be_read_by_everybody(page: Page, live_server: Any) -> None:
    user = UserFactory(organisation="ŷ" * 60)
    placed_order(user)
    found: list[str] = []
    with silent_console(page) as messages:
        sign_in(page, user, live_server)
        page.goto(f"{live_server.url}/your-data/copy/")
        found += looked_at(page, "your-data-confirm")
        confirm(page)
        for name in NAMES:
            page.goto(f"{live_server.url}/your-data/{name}")
            found += looked_at(page, f"your-data-{name.strip('/')}")
        page.goto(f"{live_server.url}/your-data/copy/")
        page.get_by_role("button", name="Show my copy").click()
        expect(page.get_by_role("heading", name="Your copy of your data")).to_be_visible()
        found += looked_at(page, "your-data-copy-shown")
        restricted(user)
        for path in ("/your-data/", "/your-data/use-again/", reverse("your_orders"), "/privacy/"):
            page.goto(f"{live_server.url}{path}")
            found += looked_at(page, f"limited{path.replace('/', '-')}")
    assert messages == []
    assert found == []


def test_limiting_and_deleting_by_keyboard_without_scripts(browser: Browser, live_server: Any) -> None:
    page = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    user = UserFactory()
    sign_in(page, user, live_server)
    page.get_by_role("link", name="Limit how we use your data").press("Enter")
    confirm(page)
    page.get_by_role("button", name="Limit the use of my data").press("Enter")
    page.get_by_role("link", name="Select why we should limit how we use your data").wait_for()
    page.get_by_label("Something you hold about me is wrong").press("Space")
    page.get_by_role("button", name="Limit the use of my data").press("Enter")
    expect(page.get_by_text("The use of your data is limited.")).to_be_visible()
    assert DataRequest.objects.get().kind == "restriction"

    page.get_by_role("link", name="Delete your data").press("Enter")
    page.get_by_label("I understand that this cannot be undone").press("Space")
    page.get_by_role("button", name="Delete my data for good").press("Enter")
    expect(page.get_by_role("heading", name="Your data is deleted")).to_be_visible()
    page.context.close()
    user.refresh_from_db()
    assert user.email is None
