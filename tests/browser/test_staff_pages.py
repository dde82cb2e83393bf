"""Every list of the staff pages is accessible and breaks no policy: Django's admin with the portal's few lines of style."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import faults, next_page, silent_console
from tests.factories.user import PASSWORD, UserFactory

pytestmark = pytest.mark.browser


def test_the_first_page_and_every_list_are_accessible_and_silent(page: Page) -> None:
    email = UserFactory(is_staff=True, is_superuser=True).email
    page.goto("/account/login/?next=/admin/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()
    assert faults(page) == []
    addresses = page.eval_on_selector_all("#content th a", "links => links.map(link => link.getAttribute('href'))")
    assert len(addresses) > 10
    for address in addresses:
        # A search shows the number of results and the way back to all of them.
        with silent_console(page) as messages:
            page.goto(address, wait_until="load")
            searchable = page.get_by_label("Search", exact=True)
            if searchable.count():
                searchable.fill("nothing like this")
                with next_page(page):
                    page.get_by_role("button", name="Search").click()
        assert messages == [], address
        assert faults(page) == []
