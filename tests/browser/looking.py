"""What every page must be, whoever meets it: accessible, silent on the console, and no wider than the screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

# Known upstream and told in the accessibility statement: a radio that reveals a question carries aria-expanded
# (govuk-frontend issue 979). Only on that element; anything else with this fault is ours.
_UPSTREAM_RULE = "aria-allowed-attr"
_UPSTREAM_ELEMENT = "data-aria-controls"


# A phone and a desk.
WIDTHS = (390, 1280)
# Where to leave pictures for a person to look at; none by default.
PICTURES = os.environ.get("PICTURES", "")

_AXE = Axe().axe_script
# Only what is wrong leaves the page, or writing down what is well would take as long as looking.
_LOOK = """options => axe.run(document, options).then(found => found.violations.map(
    one => ({id: one.id, impact: one.impact, elements: one.nodes.map(node => node.html)})))"""

# Django's own admin pages keep to the standard, not to every habit that axe calls best practice.
_STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page: Page, *, standard_only: bool = False) -> list[str]:
    """What axe finds wrong with the page as it is now, one line for each element: by WCAG 2.2 AA, and by best practice too."""
    found = []
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if standard_only:
        options["runOnly"] = _STANDARD
    # A click does not wait until the page that it leads to is whole.
    page.wait_for_load_state()
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE)
    for violation in page.evaluate(_LOOK, options):
        for html in violation["elements"]:
            revealing = "govuk-radios__input" in html and ("aria-controls" in html or _UPSTREAM_ELEMENT in html)
            if not (violation["id"] == _UPSTREAM_RULE and revealing):
                found.append(f"{violation['id']} ({violation['impact']}) on {page.url}: {html}")
    return found


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Wait at the end of the block for the page that it leads to: neither a click nor a key waits for it.

    What looks at once after a click looks at the page before, or at one that is half there.
    """
    with page.expect_event("load"):
        yield


def is_too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def looked_at(page: Page, name: str, *, standard_only: bool = False) -> list[str]:
    """What is wrong with the page as it is now on a phone and at a desk: what axe finds, and that it scrolls sideways.

    It stays at the width of a desk. With PICTURES in the environment, a folder, pictures are left there for people.
    """
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        found += [f"{one} at {width}" for one in faults(page, standard_only=standard_only)]
        found += [f"{page.url} is wider than {width}"] if is_too_wide(page) else []
    return found


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
