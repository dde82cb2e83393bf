"""Makes matplotlib's SVG one that shows without inline styles, which our Content Security Policy refuses."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
# `font: bold 15px 'Arial', sans-serif`, the one shorthand there is; an attribute knows only its parts.
_FONT = re.compile(r"(?:(?P<style>italic|oblique) )?(?:(?P<weight>bold|\d+) )?(?P<size>[\d.]+px) (?P<family>.+)")


def plain(svg: str) -> str:
    """`svg` with every style as attributes of its own, without metadata, description or declaration."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    root = ElementTree.fromstring(svg)  # noqa: S314  made by our own program a moment ago
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        for name, value in _attributes(element.attrib.pop("style", "")):
            element.set(name, value)
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    return ElementTree.tostring(root, encoding="unicode")


def _attributes(style: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in filter(None, (each.strip() for each in style.split(";"))):
        name, _, value = part.partition(":")
        if name.strip() != "font":
            found.append((name.strip(), value.strip()))
        elif shorthand := _FONT.fullmatch(value.strip()):
            found += [(f"font-{key}", text) for key, text in shorthand.groupdict().items() if text]
    return found
