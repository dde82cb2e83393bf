"""What a chart shows, in plain values: enough to draw it, to tell it from any other, and to write it out as a table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path

# None is a figure that is hidden or was not published: a gap.
Values = tuple[float | None, ...]


class Kind(StrEnum):
    COLUMNS = "columns"
    LINES = "lines"
    BARS = "bars"
    FAN = "fan"


class Shape(StrEnum):
    """A chart is drawn twice, for a wide and for a narrow screen, or its words could not be read on a phone."""

    WIDE = "wide"
    NARROW = "narrow"

    @property
    def width(self) -> int:
        return 960 if self is Shape.WIDE else 336


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Values
    # What stands in the place of a figure that is not shown, such as `[c]`, at its place in `values`.
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes. A fan has six series: published, expected, low and high of 80%, low and high of 95%."""

    kind: Kind
    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Panels above one another, over weeks (`weeks`) or over places (`labels`)."""

    panels: tuple[Panel, ...]
    weeks: tuple[date, ...] = ()
    labels: tuple[str, ...] = ()

    def height(self, shape: Shape) -> int:
        """In the same units as the width: pixels of a screen."""
        if self.labels:
            return 34 * len(self.labels) + 50
        return (300 if len(self.panels) == 1 else 210 * len(self.panels)) + 20 + self.room_for_legend(shape)

    def room_for_legend(self, shape: Shape) -> int:
        """Below the axes: a fan has four names, and on a narrow screen there is no room beside lines."""
        [first, *_] = self.panels
        if first.kind is Kind.FAN:
            return 34 if shape is Shape.WIDE else 56
        return 30 if first.kind is Kind.LINES and len(first.series) > 1 and shape is Shape.NARROW else 0

    def digest(self, shape: Shape) -> str:
        """Another one for other figures, another shape, or another program that draws."""
        return hashlib.sha256(f"{self!r} {shape} {drawn_by()}".encode()).hexdigest()


@cache
def drawn_by() -> str:
    """The code that draws and the versions of what it draws with."""
    folder = Path(__file__).parent
    code = b"".join((folder / name).read_bytes() for name in ("drawing.py", "panels.py", "plain_svg.py", "ticks.py"))
    return " ".join([hashlib.sha256(code).hexdigest(), *(version(name) for name in ("matplotlib", "afcharts"))])
