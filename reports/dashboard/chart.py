"""A chart of the page: its finding, the drawing, what it looks like in words, where it comes from, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString, mark_safe

from reports.charts.shapes import Drawing, Series, Shape
from reports.dashboard.published import Published
from reports.dashboard.wording import day, figure_words, number, quantity, week_of
from reports.measures.shapes import Unit
from reports.snapshots.reading import Figure

# A page, and a screen, hold a year of weeks; the workbooks have all.
MOST_WEEKS = 52
_ROW = (
    '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header govuk-!-font-weight-regular app-nowrap">'
)
_CELL = '<td class="govuk-table__cell govuk-table__cell--numeric">'
SOURCE = "Source: CARE badge portal, figures published by APS"


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of a chart: column headings, and rows of a heading and cells."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]

    @property
    def body(self) -> SafeString:
        """The rows in HTML. A page has a thousand cells, and a template takes ten times as long over them."""
        rows = (
            f"{_ROW}{escape(heading)}</th>{''.join(f'{_CELL}{escape(cell)}</td>' for cell in cells)}</tr>"
            for heading, cells in self.rows
        )
        return mark_safe("".join(rows))  # noqa: S308  every text is escaped


@dataclass(frozen=True)
class Chart:
    """`finding` is the title; `notes` say what is hidden, and how figures were rounded."""

    code: str
    finding: str
    drawing: Drawing
    alt: str
    source: str
    table: FigureTable
    notes: Sequence[str] = ()

    @cached_property
    def wide(self) -> str:
        """The digest of the picture for wide screens."""
        return self.drawing.digest(Shape.WIDE)

    @cached_property
    def narrow(self) -> str:
        return self.drawing.digest(Shape.NARROW)

    @property
    def sizes(self) -> dict[str, tuple[int, int]]:
        return {shape.value: (shape.width, self.drawing.height(shape)) for shape in Shape}


def newest(published: Published) -> slice:
    return slice(max(len(published.weeks) - MOST_WEEKS, 0), None)


def series_of(name: str, figures: Sequence[Figure]) -> Series:
    """Figures as they are drawn: a hidden one is a gap with its shorthand."""
    return Series(
        name,
        tuple(None if figure.value is None else float(figure.value) for figure in figures),
        tuple("" if figure.value is not None else f"[{figure.mark}]" for figure in figures),
    )


def table_of_weeks(caption: str, weeks: Sequence[date], columns: Sequence[tuple[str, Sequence[Figure]]]) -> FigureTable:
    """Newest week first, as somebody looks for it."""
    rows = [
        (day(week), [figures[place].text for _, figures in columns]) for place, week in reversed(list(enumerate(weeks)))
    ]
    return FigureTable(caption, ["Week beginning", *(heading for heading, _ in columns)], rows)


def source(published: Published, *codes: str) -> str:
    """The source line: where from, which week, and how the tables were rounded."""
    rounded = sorted({table.rounded_to for code in codes if (table := published.table(code)) is not None})
    how = " Counts are rounded to the nearest 5." if 5 in rounded else ""
    return f"{SOURCE}, {week_of(published.snapshot.week)}, version {published.snapshot.version}.{how}"


def gap_notes(weeks: Sequence[date], figures: Sequence[Figure]) -> list[str]:
    """What is said of weeks that are not shown."""
    hidden = sum(figure.mark == "c" for figure in figures)
    absent = sum(figure.mark == "x" for figure in figures)
    said = []
    if hidden:
        many = "1 week is" if hidden == 1 else f"{hidden} weeks are"
        said.append(f"{many} hidden so that nobody can be recognised: a gap marked [c].")
    if absent:
        many = "1 week has" if absent == 1 else f"{absent} weeks have"
        said.append(f"{many} no figure: a gap marked [x].")
    return said


def course(weeks: Sequence[date], figures: Sequence[Figure], unit: Unit) -> str:
    """The course of a series for somebody who does not see it: least, most and last, with their weeks."""
    shown = [(figure.value, week) for figure, week in zip(figures, weeks, strict=True) if figure.value is not None]
    if not shown:
        return "no figure is shown"
    least, most, last = min(shown), max(shown), figures[-1]
    return (
        f"lowest {quantity(least[0], unit)} in {week_of(least[1])}, highest {quantity(most[0], unit)} in "
        f"{week_of(most[1])}, {figure_words(last, unit)} in the last week"
    )


def over(weeks: Sequence[date]) -> str:
    return f"{number(len(weeks))} weeks from {day(weeks[0])}" if len(weeks) > 1 else week_of(weeks[0])
