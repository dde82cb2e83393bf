"""The kinds of panel: columns and lines over weeks, bars over places, and the fan of a forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import Any

from reports.charts.shapes import Drawing, Kind, Panel, Series, Shape
from reports.charts.ticks import month_ticks

# The Analysis Function's palette: dark blue first, orange where a second needs to stand out, turquoise, and greys.
BLUE, ORANGE, TURQUOISE, GREY = "#12436D", "#F46A25", "#28A197", "#595959"
LINES = (BLUE, ORANGE, TURQUOISE)
# Columns of weeks gone by stand out from white by 3 to 1; the bands of a fan lie beside each other.
PAST, PALE, PALER = "#5F8DB8", "#8FB3D3", "#D0DFEC"
LINE_STYLES = ("-", (0, (5, 1.5)), (0, (1.5, 1.5)))


def _columns(axes: Any, panel: Panel, drawing: Drawing, shape: Shape) -> None:
    [series] = panel.series
    shown = [(place, value) for place, value in enumerate(series.values) if value is not None]
    colours = [BLUE if place == len(series.values) - 1 else PAST for place, _ in shown]
    axes.bar([place for place, _ in shown], [value for _, value in shown], color=colours, width=0.78)
    _over_weeks(axes, panel, drawing, shape)
    _say_last(axes, series, 0.45)
    _say_gaps(axes, series, among_columns=True)


def _lines(axes: Any, panel: Panel, drawing: Drawing, shape: Shape) -> None:
    for number, series in enumerate(panel.series):
        values = [float("nan") if value is None else value for value in series.values]
        axes.plot(values, color=LINES[number], linestyle=LINE_STYLES[number], linewidth=2.5, label=series.name)
        _dot_alone(axes, series, LINES[number])
    _over_weeks(axes, panel, drawing, shape)
    if len(panel.series) == 1:
        _say_last(axes, panel.series[0], 0.1)
    else:
        _name_lines(axes, panel, shape)
    for series in panel.series[:1]:
        _say_gaps(axes, series)


def _fan(axes: Any, panel: Panel, drawing: Drawing, shape: Shape) -> None:
    published, expected, low_80, high_80, low_95, high_95 = panel.series
    weeks = range(len(drawing.weeks))
    number = float("nan")

    def filled(series: Series) -> list[float]:
        return [number if value is None else value for value in series.values]

    axes.fill_between(weeks, filled(low_95), filled(high_95), color=PALER, linewidth=0, label="95 weeks in 100")
    axes.fill_between(weeks, filled(low_80), filled(high_80), color=PALE, linewidth=0, label="80 weeks in 100")
    axes.plot(filled(published), color=BLUE, linewidth=2.5, label="Published")
    axes.plot(filled(expected), color=ORANGE, linewidth=2.5, linestyle=LINE_STYLES[1], label="Expected")
    _dot_alone(axes, published, BLUE)
    _over_weeks(axes, panel, drawing, shape)
    _say_gaps(axes, published)
    _legend(
        axes, ("Published", "Expected", "80 weeks in 100", "95 weeks in 100"), columns=4 if shape is Shape.WIDE else 2
    )


def _bars(axes: Any, panel: Panel, drawing: Drawing, shape: Shape) -> None:
    """The first at the top. A hidden one has no bar, and its shorthand in words."""
    [series] = panel.series
    places = range(len(drawing.labels))
    axes.barh(places, [value or 0 for value in series.values], color=BLUE, height=0.62)
    # A long name in two lines, or a phone's picture would cut it off.
    names = [fill(label, 60 if shape is Shape.WIDE else 20) for label in drawing.labels]
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for place, value in enumerate(series.values):
        words = series.marks[place] if value is None else f"{value:,.0f}"
        axes.annotate(words, (value or 0, place), xytext=(6, 0), textcoords="offset points", va="center",
                      color=GREY if value is None else "black")  # fmt: skip
    axes.set_xlim(0, max([value for value in series.values if value] or [1]))
    _title(axes, panel)


def _over_weeks(axes: Any, panel: Panel, drawing: Drawing, shape: Shape) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    _title(axes, panel)
    ticks = month_ticks(drawing.weeks, most=12 if shape is Shape.WIDE else 5)
    # Panels above one another share their weeks, which stand below the last.
    words = [words for _, words in ticks] if panel is drawing.panels[-1] else []
    axes.set_xticks([place for place, _ in ticks], words or [""] * len(ticks))
    axes.set_xlim(-0.6, len(drawing.weeks) - 0.4)
    axes.set_ylim(bottom=0)
    if axes.get_ylim()[1] <= 1:
        axes.set_ylim(top=5)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _title(axes: Any, panel: Panel) -> None:
    """At the left edge of the picture, where the words of the page begin."""
    box = axes.get_position()
    axes.set_title(panel.title, x=-box.x0 / box.width, ha="left")


def _legend(axes: Any, names: Sequence[str], *, columns: int) -> None:
    """Below the weeks, whatever the height of the axes."""
    handles, labels = axes.get_legend_handles_labels()
    found = dict(zip(labels, handles, strict=True))
    figure = axes.figure
    below = 48 / (axes.get_position().height * figure.get_figheight() * figure.dpi)
    axes.legend(
        [found[name] for name in names], list(names), ncols=columns, loc="upper left", bbox_to_anchor=(0, -below),
        borderaxespad=0, columnspacing=1.4, handlelength=1.7, fontsize=axes.xaxis.get_ticklabels()[0].get_fontsize(),
    )  # fmt: skip


def _say_last(axes: Any, series: Series, beside: float) -> None:
    """The newest figure in figures, beside its mark."""
    if not series.values or (value := series.values[-1]) is None:
        return
    place = len(series.values) - 1
    words = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    axes.annotate(words, (place + beside, value), xytext=(6, 0), textcoords="offset points", ha="left", va="center",
                  color=BLUE, fontweight="bold", annotation_clip=False)  # fmt: skip


def _say_gaps(axes: Any, series: Series, *, among_columns: bool = False) -> None:
    """The shorthand of each hidden week, where its figure would stand; upright where columns leave it no room."""
    room = axes.get_position().width * axes.figure.get_figwidth() * axes.figure.dpi / max(len(series.values), 1)
    for place, value in enumerate(series.values):
        if value is None and place < len(series.marks) and series.marks[place]:
            axes.annotate(series.marks[place], (place, 0), xytext=(0, 4), textcoords="offset points", ha="center",
                          va="bottom", color=GREY, fontsize=11, rotation=90 if among_columns and room < 14 else 0)  # fmt: skip


def _dot_alone(axes: Any, series: Series, colour: str) -> None:
    """A week between two gaps, or a first one, would make no line."""
    values = (None, *series.values, None)
    alone = [(place, value) for place, (before, value, after) in enumerate(zip(values, values[1:], values[2:], strict=False))
             if value is not None and before is None and after is None]  # fmt: skip
    if alone:
        axes.plot(*zip(*alone, strict=True), "o", color=colour, markersize=5)


def _name_lines(axes: Any, panel: Panel, shape: Shape) -> None:
    """Beside the end of each line where there is room, below the axes where there is none."""
    if shape is Shape.NARROW:
        _legend(axes, [series.name for series in panel.series], columns=len(panel.series))
        return
    for number, (series, height) in enumerate(zip(panel.series, _apart(axes, panel), strict=True)):
        if height is None:
            continue
        axes.annotate(series.name, (len(series.values) - 1, height), xytext=(10, 0), textcoords="offset points", va="center",
                      color=_readable(number), fontweight="bold", annotation_clip=False)  # fmt: skip


def _readable(number: int) -> str:
    # Orange words on white have too little contrast.
    return (BLUE, "#B0400C", "#1A6A63")[number]


def _apart(axes: Any, panel: Panel) -> list[float | None]:
    """Where the names of lines stand: at their ends, but never on top of each other."""
    ends = [next((value for value in reversed(series.values) if value is not None), None) for series in panel.series]
    least = (axes.get_ylim()[1] - axes.get_ylim()[0]) / 7
    placed: list[float | None] = list(ends)
    below: float | None = None
    for place in sorted(
        (place for place, end in enumerate(ends) if end is not None), key=lambda place: ends[place] or 0
    ):
        height = ends[place] or 0.0
        height = height if below is None else max(height, below + least)
        placed[place] = below = height
    return placed


PAINTERS: dict[Kind, Callable[[Any, Panel, Drawing, Shape], None]] = {
    Kind.COLUMNS: _columns,
    Kind.LINES: _lines,
    Kind.BARS: _bars,
    Kind.FAN: _fan,
}
