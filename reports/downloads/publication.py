"""A published snapshot put into words and rows once, for the page and for every file alike.

Figures come from the stored cells. Titles, definitions and units come from `reports.measures`; the rule of disclosure control
was stored with each table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from badgeportal.govuk.templatetags.govuk import gov_date
from reports.measures.shapes import TOTAL, Control, Measure, Table, Unit
from reports.models import PublishedTable, Snapshot
from reports.models.snapshot import Mark
from reports.periods import Period, PeriodKind
from reports.snapshots.reading import Figure, PublishedRows, Row, tables_of

TITLE = "CARE badges: management information"
SOURCE = "Source: orders placed on the CARE badge portal, which The APS Group runs for the Department of Health and Social Care."
ABOUT = (
    "Every figure belongs to one period, is counted as it stood when it was published, and is not changed afterwards.",
    "Figures are made anonymous before they are published. A total is computed before rounding, so rows may not add up to it.",
)
# A place of the Office for National Statistics, such as E12000007 for London.
_ONS_CODE = re.compile(r"[A-Z]\d{8}")
_ABSENT = Figure(None, Mark.NOT_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Column:
    """One measure of a table, with its definition in words."""

    code: str
    heading: str
    unit: str
    text: str
    as_of: str

    @property
    def definition(self) -> str:
        """What is counted, in what, at which moment, as one note."""
        parts = (self.text, self.as_of, f"Counted in {self.unit}." if self.unit else "")
        return " ".join(_sentence(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is shown."""

    code: str
    label: str
    figures: list[Figure]
    is_total: bool


@dataclass(frozen=True)
class ShownTable:
    """One published table. `number` counts the tables of its snapshot from 1."""

    number: int
    published: PublishedTable
    title: str
    text: str
    rows_title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def code(self) -> str:
        return self.published.code

    @property
    def name(self) -> str:
        """The name of its sheet, such as Table_3."""
        return f"Table_{self.number}"

    @property
    def period_words(self) -> str:
        kind = PeriodKind(self.published.period_kind)
        return f"{'Week' if kind is PeriodKind.WEEK else 'Four weeks'} from {_days(self.published.period)}"

    @property
    def csv_address(self) -> str:
        """The last part of the address of its CSV."""
        return f"{self.code}.csv"

    @property
    def full_title(self) -> str:
        return f"Table {self.number}: {self.title}"

    @cached_property
    def has_place_codes(self) -> bool:
        return any(_ONS_CODE.fullmatch(row.code) for row in self.rows)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The shorthand that stands in place of figures, each once."""
        used = {self.figure(row, column).mark for row in self.rows for column in self.columns}
        return tuple(mark for mark in Mark if mark in used and mark is not Mark.SHOWN)

    @cached_property
    def marks_on_sheet(self) -> tuple[Mark, ...]:
        """The same with what stands in place of codes of places, which sheets show and pages do not."""
        used = {*self.marks}
        if self.has_place_codes and not all(_ONS_CODE.fullmatch(row.code) for row in self.rows):
            used.add(Mark.NOT_APPLICABLE)
        return tuple(mark for mark in Mark if mark in used)

    @property
    def sentences(self) -> list[str]:
        """What the table tells and the rule that was used for it, as short lines for a sheet."""
        return [line for text in (self.text, self.published.rule) for line in re.split(r"(?<=[.?!])\s+", text.strip())]

    def figure(self, row: Row, column: Column) -> Figure:
        return row.figures.get(column.code, _ABSENT)

    def place_code(self, row: Row) -> str:
        """The ONS code of the row, or the shorthand for a row that is no place, such as the total."""
        return row.code if _ONS_CODE.fullmatch(row.code) else f"[{Mark.NOT_APPLICABLE}]"

    @property
    def mark_words(self) -> list[str]:
        return [shorthand_words(mark) for mark in self.marks]

    @property
    def lines(self) -> list[Line]:
        """Each row with its figures in the order of the columns."""
        return [
            Line(row.code, row.label, [self.figure(row, column) for column in self.columns], row.code == TOTAL)
            for row in self.rows
        ]


@dataclass(frozen=True)
class Publication:
    """A snapshot ready to be shown or written, with the versions of the same week that were withdrawn before it."""

    snapshot: Snapshot
    tables: tuple[ShownTable, ...]
    withdrawn: tuple[Snapshot, ...]

    @property
    def name(self) -> str:
        """How its files are called, such as care-badges-2026-11-16-v1."""
        return file_stem(self.snapshot)

    @property
    def title(self) -> str:
        return f"{TITLE}, {self.period_words[0].lower()}{self.period_words[1:]}"

    @property
    def period_words(self) -> str:
        return week_words(self.snapshot)

    @property
    def published_words(self) -> str:
        return f"Published on {gov_date(self.snapshot.published_at)}. Version {self.snapshot.version}."

    @property
    def withdrawn_words(self) -> list[str]:
        """What became of each earlier version, in words."""
        return [
            f"Version {one.version} was withdrawn on {gov_date(one.withdrawn_at)}: {_sentence(one.withdrawn_reason)}"
            for one in self.withdrawn
        ]

    @property
    def opening_words(self) -> list[str]:
        """Which week and version this is, and what became of earlier ones."""
        return [self.period_words, self.published_words, *self.withdrawn_words]

    def table(self, code: str) -> ShownTable | None:
        return next((table for table in self.tables if table.code == code), None)


def week_words(snapshot: Snapshot) -> str:
    """ "Week from Monday 16 November to Sunday 22 November 2026"."""
    return f"Week from {_days(snapshot.period)}"


def short_week_words(snapshot: Snapshot) -> str:
    """ "16 to 22 November 2026", with as much of the first day as differs from the last."""
    first, last = snapshot.period.starts, snapshot.period.last_day
    month = "" if first.month == last.month else f" {first:%B}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {last.day} {last:%B} {last.year}"


def shorthand_words(mark: Mark) -> str:
    """What a shorthand stands for, such as "[x] means not available."."""
    return f"{mark.label}.".replace("]: ", "] means ")


def file_stem(snapshot: Snapshot) -> str:
    """How the files of `snapshot` are called, without what follows the stop."""
    return f"care-badges-{snapshot.week.isoformat()}-v{snapshot.version}"


def publication_of(
    snapshot: Snapshot, *, definitions: Iterable[Table], withdrawn: Sequence[Snapshot] = ()
) -> Publication:
    """`snapshot` with the words of `definitions`, tables in the order published. Two statements.

    A table that was published once and is not defined any more keeps its figures and shows its code for a title.
    """
    known = {definition.code: definition for definition in definitions}
    published = sorted(tables_of(snapshot).values(), key=lambda one: one.table.position)
    tables = tuple(_shown(number, one, known) for number, one in enumerate(published, 1))
    return Publication(snapshot, tables, tuple(sorted(withdrawn, key=lambda one: one.version)))


def _shown(number: int, one: PublishedRows, known: Mapping[str, Table]) -> ShownTable:
    definition = known.get(one.table.code)
    defined = {measure.code: measure for measure in definition.measures} if definition else {}
    present = dict.fromkeys(code for row in one.rows for code in row.figures)
    codes = [code for code in defined if code in present] + [code for code in present if code not in defined]
    return ShownTable(
        number=number,
        published=one.table,
        title=definition.title if definition else _said(one.table.code),
        text=_sentence(definition.text)
        if definition
        else "This table is no longer made, and its definition is not kept.",
        rows_title=definition.rows_title if definition else "Row",
        columns=tuple(_column(code, defined.get(code)) for code in codes),
        rows=tuple(one.rows),
    )


def _column(code: str, measure: Measure | None) -> Column:
    if measure is None:
        return Column(code, _said(code), "", "This measure is no longer made, and its definition is not kept.", "")
    unit = measure.unit.value
    heading = measure.title
    # "Orders" says what it is counted in; "Time to decide" does not.
    if (measure.control is not Control.COUNT or measure.unit is Unit.PERCENT) and unit not in heading.casefold():
        heading = f"{heading} ({unit})"
    return Column(code, heading, unit, measure.text, measure.as_of)


def _days(period: Period) -> str:
    """ "Monday 16 November to Sunday 22 November 2026"."""
    first, last = period.starts, period.last_day
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first:%A} {first.day} {first:%B}{year} to {last:%A} {last.day} {last:%B} {last.year}"


def _said(code: str) -> str:
    return code.replace("_", " ").replace("-", " ").capitalize()


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."
