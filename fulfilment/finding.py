"""Finding an order by its parcel: what a provider reads from a card through the door."""

from __future__ import annotations

from fulfilment.models import Consignment
from orders.search import also_find_by


def orders_of_parcel(typed: str) -> list[int]:
    """Ids of the orders whose parcel has the reference or the DX number `typed`."""
    name = typed.replace(" ", "").upper()
    return list(Consignment.objects.named(references=[name], numbers=[name]).values_list("order_id", flat=True))


also_find_by(orders_of_parcel)
