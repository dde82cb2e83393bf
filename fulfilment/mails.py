"""What fulfilment adds to the mails about orders: where to look the parcel up."""

from __future__ import annotations

from collections.abc import Sequence

from fulfilment.models import Consignment
from fulfilment.tracking.link import tracking_link
from orders.mails import extra_context


def words_about_parcels(order_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """`tracking_link` and `tracking_number` of the live parcel of each order; an order without one is left out."""
    parcels = Consignment.objects.of_orders(order_ids).told_to_dx().live()
    return {
        parcel.order_id: {"tracking_link": tracking_link(parcel), "tracking_number": parcel.dx_number}
        for parcel in parcels
    }


for _key in ("order_dispatched", "order_delivered"):
    extra_context(_key, words_about_parcels)
