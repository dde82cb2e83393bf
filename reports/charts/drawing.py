"""Draws a chart as SVG in the house style of government statistics (afcharts). Loads matplotlib: for the task that draws only."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reports.charts.panels import PAINTERS
from reports.charts.plain_svg import plain
from reports.charts.shapes import Drawing, Shape

# Points are pixels: a figure of 72 to the inch.
_DOTS = 72
# The words of the page are Arial; where a picture is drawn without it, one of its measure stands in.
_FONTS = ["Arial", "Liberation Sans", "Helvetica", "DejaVu Sans"]
_SIZES = {Shape.WIDE: 15, Shape.NARROW: 13}
# Room around the axes in pixels: left, right, top, bottom; and between two panels.
_ROOM = {Shape.WIDE: (76, 112, 44, 46), Shape.NARROW: (56, 48, 40, 44)}
_BETWEEN = 56


def svg(drawing: Drawing, shape: Shape) -> str:
    """The picture. The same drawing gives the same bytes."""
    with _styled(shape) as pyplot:
        figure = pyplot.figure(figsize=(shape.width / _DOTS, drawing.height(shape) / _DOTS), dpi=_DOTS)
        try:
            for panel, axes in zip(drawing.panels, _axes(figure, drawing, shape), strict=True):
                PAINTERS[panel.kind](axes, panel, drawing, shape)
            written = io.StringIO()
            figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
        finally:
            pyplot.close(figure)
    return plain(written.getvalue())


@contextmanager
def _styled(shape: Shape) -> Iterator[Any]:
    # A container has no home to write to, and a warning would say so.
    os.environ.setdefault("MPLCONFIGDIR", str(os.path.join(tempfile.gettempdir(), "matplotlib")))  # noqa: PTH118
    import afcharts  # noqa: F401  brings its style
    import matplotlib as mpl

    # It says at length which fonts it looks at.
    mpl.set_loglevel("WARNING")
    mpl.use("svg")
    from matplotlib import pyplot

    own = {
        # Words stay words: small, and as sharp as the page.
        "svg.fonttype": "none",
        # Or ids would differ each time.
        "svg.hashsalt": "care-badges",
        "font.sans-serif": _FONTS,
        "font.size": _SIZES[shape],
        "axes.titlesize": _SIZES[shape],
        "axes.titleweight": "bold",
        "axes.titlepad": 14,
        "xtick.labelsize": _SIZES[shape] - 1,
        "ytick.labelsize": _SIZES[shape] - 1,
        "ytick.major.size": 0,
    }
    with pyplot.style.context(["afcharts.afcharts", own]):
        yield pyplot


def _axes(figure: Any, drawing: Drawing, shape: Shape) -> Sequence[Any]:
    left, right, top, bottom = _ROOM[shape]
    if drawing.labels:
        # Names of places need the room.
        left = 220 if shape is Shape.WIDE else 154
        bottom = 6
    bottom += drawing.room_for_legend(shape)
    width, height = shape.width, drawing.height(shape)
    count = len(drawing.panels)
    each = (height - top - bottom - (count - 1) * _BETWEEN) / count
    return [
        figure.add_axes(
            (
                left / width,
                (bottom + (count - 1 - place) * (each + _BETWEEN)) / height,
                (width - left - right) / width,
                each / height,
            )
        )
        for place in range(count)
    ]
