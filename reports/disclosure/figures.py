"""How figures are rounded and worked out from published ones."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from reports.disclosure.names import WHOLE_DAYS
from reports.disclosure.shapes import FEWEST_ORGANISATIONS, HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, ProtectedCell
from reports.measures.shapes import Measure, RawCell, Unit

_TENTH = Decimal("0.1")


def rounded(value: int | Decimal, step: int) -> Decimal:
    """The nearest multiple of `step`; halfway goes up."""
    return (Decimal(value) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def typical(cell: RawCell, *, bases: Sequence[ProtectedCell]) -> ProtectedCell:
    """A median or an average, to a tenth; the oldest, which is one order's, in whole days. Hidden where one of `bases` is.

    That there is nothing to measure is said only where no base is hidden and the first is published as 0. Else it would tell of a
    count: if nobody's hours to decide could be measured, as many orders were matched as were decided.
    """
    shown = bool(bases) and all(base.mark != HIDDEN for base in bases)
    if cell.value is None and shown and bases[0].value == 0:
        return ProtectedCell(cell.row, cell.label, cell.measure, None, NOT_AVAILABLE)
    if cell.value is None or not shown or cell.organisations < FEWEST_ORGANISATIONS:
        return ProtectedCell(cell.row, cell.label, cell.measure, None, HIDDEN)
    precision = Decimal(1) if cell.measure in WHOLE_DAYS else _TENTH
    return ProtectedCell(cell.row, cell.label, cell.measure, Decimal(cell.value).quantize(precision, ROUND_HALF_UP))


def ratio(measure: Measure, above: ProtectedCell | None, below: ProtectedCell | None) -> tuple[Decimal | None, str]:
    """One published count divided by another, to a tenth. It says nothing that the two do not say."""
    if above is None or below is None:
        return None, NOT_AVAILABLE
    if above.value is None or below.value is None:
        return None, above.mark or below.mark
    if not below.value:
        return None, NOT_APPLICABLE
    scale = 100 if measure.unit is Unit.PERCENT else 1
    return (above.value * scale / below.value).quantize(_TENTH, ROUND_HALF_UP), ""
