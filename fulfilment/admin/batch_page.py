"""What the page of a batch shows: a hundred parcels at a time, as they will be printed or as they were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest

from fulfilment.admin.pages import page_of
from fulfilment.layout import current_layout
from fulfilment.models import Batch, Consignment
from fulfilment.preview import Parcel, preview, why_address_does_not_fit
from fulfilment.releasing import orders_held_for_address
from orders.models import Order

_STUCK_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One parcel: its cells in the order of the columns, or a word on why there are none."""

    consignment: Consignment
    cells: list[str]
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """The part of a batch that one page shows. `stuck` cannot go; `stuck_count` may be more than are listed."""

    batch: Batch
    headings: list[str]
    page: Page
    rows: list[Row]
    stuck: list[Parcel] = field(default_factory=list)
    stuck_count: int = 0

    @property
    def orders(self) -> list[Order]:
        """The orders whose names and addresses are on the page, each once."""
        parcels = [row.consignment for row in self.rows] + [parcel.consignment for parcel in self.stuck]
        return list({parcel.order_id: parcel.order for parcel in parcels}.values())


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One order held for its address, and why that does not fit; no reason when it fits by now."""

    order: Order
    reasons: list[str]


def shown(request: HttpRequest, batch: Batch) -> Contents:
    """The contents of `batch` for the page that the address asks for; two or three queries."""
    return _open(request, batch) if batch.state == Batch.State.OPEN else _frozen(request, batch)


def held_for_address(request: HttpRequest) -> tuple[Page, list[HeldRow]]:
    """A page of the orders held for their address, oldest first."""
    page = page_of(request, orders_held_for_address())
    columns = current_layout()["columns"]
    return page, [HeldRow(order, why_address_does_not_fit(order, columns)) for order in page.object_list]


def _open(request: HttpRequest, batch: Batch) -> Contents:
    columns = current_layout()["columns"]
    parcels = preview(batch, columns)
    page = page_of(request, parcels)
    stuck = [parcel for parcel in parcels if not parcel.can_go]
    rows = [
        Row(parcel.consignment, _cells(columns, parcel.lines), " ".join(parcel.faults)) for parcel in page.object_list
    ]
    return Contents(batch, _headings(columns), page, rows, stuck[:_STUCK_SHOWN], len(stuck))


def _frozen(request: HttpRequest, batch: Batch) -> Contents:
    columns = batch.layout.get("columns", [])
    page = page_of(request, batch.consignments.in_file_order().select_related("order"))
    return Contents(batch, _headings(columns), page, [_frozen_row(parcel, columns) for parcel in page.object_list])


def _frozen_row(parcel: Consignment, columns: list[dict[str, Any]]) -> Row:
    if parcel.frozen_lines:
        return Row(parcel, _cells(columns, parcel.frozen_lines))
    return Row(parcel, [], "erased" if parcel.anonymised_at else "not kept: the batch was cancelled")


def _headings(columns: list[dict[str, Any]]) -> list[str]:
    return [str(column["heading"]) for column in columns if column["field"] != "reference"]


def _cells(columns: list[dict[str, Any]], lines: dict[str, str]) -> list[str]:
    return [lines.get(column["field"], "") for column in columns if column["field"] != "reference"] if lines else []
