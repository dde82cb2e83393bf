"""The shapes of what is measured: a measure, a table of measures, and the raw figures before disclosure control.

Raw figures live only in the memory of the job that computes a snapshot. They are never stored, logged or shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from reports.periods import Period, PeriodKind

TOTAL = "total"
UNKNOWN = "unknown"


class Unit(Enum):
    """What one is counted in; the words stand behind figures."""

    ORDERS = "orders"
    BADGES = "badges"
    ORGANISATIONS = "organisations"
    ACCOUNTS = "accounts"
    LISTINGS = "listings"
    REQUESTS = "requests"
    PERCENT = "%"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    BADGES_FOR_EACH = "badges for each listing"


class Control(Enum):
    """How disclosure control treats a measure."""

    COUNT = "a count: adds up over the rows of its table; a small one is hidden"
    RATIO = "one published count divided by another, after rounding"
    TYPICAL = "a median or an average: hidden when a count it is based on is hidden"
    PUBLIC = "says nothing about an organisation's orders, such as badges received from the printer"


class Level(Enum):
    NATIONAL = "England as a whole"
    BELOW_NATIONAL = "regions and local authorities"


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured.

    `text` says what is counted, `as_of` which moment it describes. `bases` names the counts in the same table that a typical
    value rests on, or that say how many are behind it; `ratio_of` the two counts of the same table (above, below) that a ratio
    divides, times 100 when the unit is percent.
    """

    code: str
    title: str
    text: str
    unit: Unit
    as_of: str
    control: Control = Control.COUNT
    bases: tuple[str, ...] = ()
    ratio_of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RawCell:
    """The true figure and how many distinct organisations stand behind it. None: there is nothing to measure."""

    row: str
    label: str
    measure: str
    value: int | Decimal | None
    organisations: int


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it is defined; `query` gives the raw cells of a period, rows in the order shown, the total among them."""

    code: str
    title: str
    text: str
    rows_title: str
    period: PeriodKind
    level: Level
    measures: tuple[Measure, ...]
    query: Callable[[Period], Iterable[RawCell]]

    def measure(self, code: str) -> Measure:
        """The measure of this table with that code. Raises KeyError."""
        for measure in self.measures:
            if measure.code == code:
                return measure
        raise KeyError(code)
