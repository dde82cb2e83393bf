"""Which parcels of a batch can go, with the lines as they will be printed, and which cannot, and why.

The page and the closing of a batch both read this, so what an officer was shown is what is frozen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fulfilment.layout import Columns, lines_for
from fulfilment.models import Batch, Consignment
from orders.delivery_address import AddressDoesNotFit
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Parcel:
    """One consignment: its lines by column, or the sentences that say why it cannot go."""

    consignment: Consignment
    lines: dict[str, str] = field(default_factory=dict)
    address_faults: tuple[str, ...] = ()
    other_faults: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        return self.address_faults + self.other_faults

    @property
    def can_go(self) -> bool:
        return not self.faults


def preview(batch: Batch, columns: Columns) -> list[Parcel]:
    """Every parcel of an open `batch` in the order of its file, laid out by `columns`; one query."""
    rows = batch.consignments.in_file_order().select_related("order__account")
    return [parcel_of(consignment, columns) for consignment in rows]


def parcel_of(consignment: Consignment, columns: Columns) -> Parcel:
    """How the order of `consignment`, as it now stands, looks in the file; its order and account must be loaded."""
    order = consignment.order
    other = tuple(_why_not_free(order))
    try:
        lines = {"reference": consignment.reference, **lines_for(order, columns)}
    except AddressDoesNotFit as fault:
        sentences = tuple(misfit.sentence for misfit in fault.misfits)
        return Parcel(consignment, address_faults=sentences, other_faults=other)
    return Parcel(consignment, lines=lines, other_faults=other)


def misfits_among(orders: Iterable[Order], columns: Columns) -> set[int]:
    """Ids of those of `orders` whose address does not fit the columns."""
    return {order.pk for order in orders if why_address_does_not_fit(order, columns)}


def why_address_does_not_fit(order: Order, columns: Columns) -> list[str]:
    """Sentences for a person who mends the address; none when it fits."""
    try:
        lines_for(order, columns)
    except AddressDoesNotFit as fault:
        return [misfit.sentence for misfit in fault.misfits]
    return []


def _why_not_free(order: Order) -> list[str]:
    reasons = []
    if order.is_held:
        reasons.append(f"The order is held: {order.get_hold_display()}")
    if order.account.is_restricted:
        reasons.append("The account is restricted")
    if order.recipient_restricted_at is not None:
        reasons.append("The recipient limits the use of their name and address")
    if order.anonymised_at is not None:
        reasons.append("The person was erased")
    return reasons
