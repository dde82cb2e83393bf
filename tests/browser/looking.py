"""What every page must be, whoever meets it: accessible, silent on the console, and no wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

# Known upstream and told in the accessibility statement: a radio that reveals a question carries aria-expanded
# (govuk-frontend issue 979). Only on that element; anything else with this fault is ours.
_UPSTREAM_RULE = "aria-allowed-attr"
_UPSTREAM_ELEMENT = "data-aria-controls"


# Django's own admin pages keep to the standard, not to every habit that axe calls best practice.
_STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page: Page, *, standard_only: bool = False) -> list[str]:
    """What axe finds wrong with the page as it is now, one line for each element: by WCAG 2.2 AA, and by best practice too."""
    found = []
    # Telling what is well with each element as well would take a third longer.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if standard_only:
        options["runOnly"] = _STANDARD
    for violation in Axe().run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            html = node["html"]
            revealing = "govuk-radios__input" in html and ("aria-controls" in html or _UPSTREAM_ELEMENT in html)
            if not (violation["id"] == _UPSTREAM_RULE and revealing):
                found.append(f"{violation['id']} ({violation['impact']}) on {page.url}: {html}")
    return found


def is_too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@contextmanager
def silent_console(page: Page) -> Iterator[list[str]]:
    """The messages of the browser while the block runs: blocked by policy, script faults, missing files."""
    messages: list[str] = []

    def note(message: ConsoleMessage) -> None:
        messages.append(message.text)

    def note_error(error: Exception) -> None:
        messages.append(str(error))

    page.on("console", note)
    page.on("pageerror", note_error)
    try:
        yield messages
    finally:
        page.remove_listener("console", note)
        page.remove_listener("pageerror", note_error)
