"""Our components are GOV.UK's: each of its own fixtures, drawn by the macros, is the same document. The guard for upgrades."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from badgeportal.govuk.assets import install
from badgeportal.govuk.components import raw_component

PACKAGE = settings.BASE_DIR / "node_modules" / "govuk-frontend"


class Document(HTMLParser):
    """The elements, attributes and texts of a piece of HTML, whatever its spacing and the order of attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data).strip()
        if text:
            self.parts.append(text)


def fixture_files() -> list[Path]:
    install(settings.BASE_DIR, lambda step: None)
    return sorted(PACKAGE.glob("dist/govuk/components/*/fixtures.json"))


def test_the_package_is_the_version_the_macros_were_made_for() -> None:
    fixture_files()
    assert json.loads((PACKAGE / "package.json").read_text())["version"] == "6.3.0"


def test_every_fixture_of_the_design_system_is_drawn_alike() -> None:
    different, compared = [], 0
    for file in fixture_files():
        for fixture in json.loads(file.read_text())["fixtures"]:
            ours = raw_component(file.parent.name, fixture["options"])
            compared += 1
            if Document(ours).parts != Document(fixture["html"]).parts:
                different.append(f"{file.parent.name}: {fixture['name']}")
    assert different == []
    assert compared == 657


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<p class="a b">x</p>', '<p class="a">x</p>'),
        ("<p>x</p>", "<p>y</p>"),
        ('<a href="#a">x</a>', '<a href="#b">x</a>'),
        ("<p><b>x</b></p>", "<p>x</p>"),
    ],
)
def test_the_comparison_sees_a_difference(one: str, other: str) -> None:
    assert Document(one).parts != Document(other).parts
