"""The layout of the DX file: which columns, in which order, and how many characters DX takes in each.

It comes from the settings, because DX publishes no import template (facts, section 3), and its copy is kept with each batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from fulfilment.models.disclosure import MAY_BE_DISCLOSED
from orders.delivery_address import AddressDoesNotFit, Misfit, fit_lines
from orders.models import Order

Columns = Sequence[Mapping[str, Any]]

# Leaving one of these out would silently drop something that was typed.
_NEEDED = ("reference", "name", "address1", "town", "county", "postcode")
_REFERENCE_LENGTH = 13


def current_layout() -> dict[str, Any]:
    """The layout in the settings, as it is kept with a batch: `version` and `columns` (heading, field, limit)."""
    return {"version": settings.DX_LAYOUT_VERSION, "columns": settings.DX_LAYOUT}


def lines_for(order: Order, columns: Columns) -> dict[str, str]:
    """The text of each column but the reference for the parcel of `order`; raises AddressDoesNotFit.

    Nothing else of an order is read here, so nothing else can reach the courier.
    """
    if not (order.recipient_name and order.address_line_1 and order.postcode):
        raise AddressDoesNotFit([Misfit("name", "There is no name or address on the order")])
    lines = fit_lines(
        name=order.recipient_name,
        line_1=order.address_line_1,
        line_2=order.address_line_2,
        town=order.town,
        county=order.county,
        postcode=order.postcode,
        layout=columns,
    )
    limits = {column["field"]: column["limit"] for column in columns}
    too_long = [field for field, text in lines.items() if len(text) > limits[field]]
    if too_long:
        raise AddressDoesNotFit([Misfit(field, f"The {field} is longer than {limits[field]}") for field in too_long])
    return lines


@register()
def check_layout(**_: Any) -> list[Error]:
    """Refuse to start with a layout that tells DX more than name and address, or that would lose part of an address."""
    fields = [column.get("field") for column in settings.DX_LAYOUT]
    faults = [
        f"the column {field!r} is not part of a name and address" for field in fields if field not in MAY_BE_DISCLOSED
    ]
    faults += [f"there is no column for {field!r}" for field in _NEEDED if field not in fields]
    faults += [f"the column {field!r} stands there twice" for field in set(fields) if fields.count(field) > 1]
    for column in settings.DX_LAYOUT:
        least = _REFERENCE_LENGTH if column.get("field") == "reference" else 1
        limit = column.get("limit")
        if not isinstance(limit, int) or limit < least:
            faults.append(f"the column {column.get('field')!r} needs a limit of {least} characters or more")
        if not column.get("heading"):
            faults.append(f"the column {column.get('field')!r} has no heading")
    return [Error(f"DX_LAYOUT: {fault}.", id="fulfilment.E001") for fault in faults]
