"""How figures are rounded and worked out from published ones."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from reports.disclosure.names import WHOLE_DAYS
from reports.disclosure.shapes import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, ProtectedCell
from reports.measures.shapes import Measure, RawCell, Unit

_TENTH = Decimal("0.1")


def rounded(value: int | Decimal, step: int) -> Decimal:
    """The nearest multiple of `step`; halfway goes up."""
    return (Decimal(value) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def typical(cell: RawCell, *, base_hidden: bool) -> ProtectedCell:
    """A median or an average, to a tenth; the oldest, which is one order's, in whole days."""
    if cell.value is None:
        return ProtectedCell(cell.row, cell.label, cell.measure, None, NOT_AVAILABLE)
    if base_hidden:
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
