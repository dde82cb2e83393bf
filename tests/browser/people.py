"""People at a browser. Each page they meet must be accessible, silent on the console and no wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Download, Locator, Page, expect

from tests.browser.looking import faults, is_too_wide, next_page

DESK = {"width": 1200, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORD = "three odd words together"
_MOST_TABS = 150


class Person:
    """Somebody with a browser of their own. Without JavaScript axe cannot run; everything else is the same."""

    def __init__(
        self, browser: Browser, arguments: dict[str, Any], *, javascript: bool = True, viewport: Any = DESK
    ) -> None:
        self.javascript = javascript
        self.context = browser.new_context(**arguments, java_script_enabled=javascript, viewport=viewport)
        self.page = self.new_tab()
        self.email = ""

    @property
    def at_django_admin(self) -> bool:
        return "/admin/" in self.page.url

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        self._said: list[str] = []
        page.on("console", lambda message: self._said.append(message.text))
        page.on("pageerror", lambda error: self._said.append(str(error)))
        return page

    def goes_to(self, path: str) -> None:
        self.page.goto(path)

    def sees(self, heading: str | re.Pattern[str]) -> None:
        """Be on the page with that heading, and find nothing wrong with it."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        self.page.wait_for_load_state()
        self.looks_around()

    def looks_around(self) -> None:
        """Find nothing wrong with the page as it is now."""
        # Before axe: axe itself sets off the policy.
        assert self._said == [], f"{self.page.url}: {self._said}"
        if not self.javascript:
            return
        assert not is_too_wide(self.page), self.page.url
        found = faults(self.page, standard_only=self.at_django_admin)
        assert not found, "\n".join(found)
        self._said.clear()

    def reads(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def does_not_read(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_have_count(0)

    def reloads_until(self, wanted: Locator) -> None:
        """Load the page again until work in the background has come to `wanted`."""
        for _ in range(40):
            self.page.reload()
            try:
                expect(wanted.first).to_be_visible(timeout=750)
            except AssertionError:
                continue
            return
        expect(wanted.first).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("link", name=name, exact=isinstance(name, str))

    def presses(self, name: str) -> None:
        """Press the button, and be on the page that answers."""
        self.goes_on_by(self.button(name))

    def follows(self, name: str | re.Pattern[str]) -> None:
        """Follow the link, and be on the page that it leads to."""
        self.goes_on_by(self.link(name))

    def goes_on_by(self, target: Locator) -> None:
        with next_page(self.page):
            self.activates(target)

    def fills_in(self, **answers: str) -> None:
        """Type each answer into the field of that label; `_` stands for a space."""
        for label, text in answers.items():
            self.types(self.page.get_by_label(label.replace("_", " "), exact=False).first, text)

    def activates(self, target: Locator) -> None:
        target.click()

    def types(self, field: Locator, text: str) -> None:
        field.fill(text)

    def chooses(self, option: str) -> None:
        self.page.get_by_label(option, exact=True).check()

    def downloads(self, name: str, into: Path) -> str:
        """The text of the file that the button `name` gives."""
        with self.page.expect_download() as waiting:
            self.activates(self.button(name))
        file: Download = waiting.value
        path = into / file.suggested_filename
        file.save_as(path)
        return path.read_bytes().decode()

    def signs_in(self, email: str, *, password: str = PASSWORD) -> None:
        self.email = email
        self.goes_to("/account/login/")
        self.sees("Sign in")
        self.types(self.page.get_by_label("Email address", exact=True), email)
        self.types(self.page.get_by_label("Password", exact=True), password)
        self.presses("Sign in")

    @contextmanager
    def in_another_tab(self) -> Iterator[Page]:
        """Do the block in a second tab, then come back to the first."""
        first, said = self.page, self._said
        self.page = self.new_tab()
        try:
            yield self.page
        finally:
            self.page.close()
            self.page, self._said = first, said

    def leaves(self) -> None:
        self.context.close()


class KeyboardPerson(Person):
    """The same, without a mouse or a finger: everything is reached by Tab, and the focus can be seen where it is."""

    def activates(self, target: Locator) -> None:
        self.tabs_to(target)
        self.page.keyboard.press("Enter")

    def types(self, field: Locator, text: str) -> None:
        self.tabs_to(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def chooses(self, option: str) -> None:
        wanted = self.page.get_by_label(option, exact=True)
        group = self.page.locator(f"input[name='{wanted.get_attribute('name')}']")
        self._tabs_until(lambda: group.evaluate_all("all => all.includes(document.activeElement)"))
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        expect(wanted).to_be_checked()

    def tabs_to(self, target: Locator) -> None:
        expect(target).to_be_visible()
        self._tabs_until(lambda: target.evaluate("element => element === document.activeElement"))
        # WCAG 2.4.7: something about the element in focus differs from one that is not.
        assert target.evaluate(_SHOWS_FOCUS), f"the focus cannot be seen on {target}"

    def _tabs_until(self, there: Any) -> None:
        for _ in range(_MOST_TABS):
            if there():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead there on {self.page.url}")


_SHOWS_FOCUS = """element => {
  const seen = getComputedStyle(element), before = getComputedStyle(element, '::before'), label = element.labels?.[0];
  const box = label ? getComputedStyle(label, '::before') : before;
  return [seen, before, box].some(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none');
}"""
