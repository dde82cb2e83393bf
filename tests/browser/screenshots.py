"""The pictures of the README: `make screenshots`, while `make run` is up with its sample data."""

from __future__ import annotations

import os
import sys

import django
from playwright.sync_api import Page, sync_playwright

from tests.plugin import ROOT, browser_program

os.environ["DJANGO_SETTINGS_MODULE"] = "badgeportal.settings"
django.setup()

from sampledata.people import OFFICER, PASSWORD  # noqa: E402

IMAGES = ROOT / "docs" / "images"


def main(address: str) -> None:
    """Take each picture at `address`, a portal with sample data."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=browser_program(), args=arguments)
        page = browser.new_page(base_url=address, viewport={"width": 1100, "height": 640}, locale="en-GB")
        page.goto("/")
        page.screenshot(path=IMAGES / "start-page.png")
        _sign_in(page, OFFICER.email)
        page.goto("/admin/verification/manualcheck/")
        page.screenshot(path=IMAGES / "queue.png")
        browser.close()


def _sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email address", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else f"http://localhost:{os.environ.get('PORT', 8000)}")
