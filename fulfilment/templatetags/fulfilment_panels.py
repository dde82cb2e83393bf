"""`{% load fulfilment_panels %}`: what fulfilment shows on the order page, which belongs to an earlier room."""

from __future__ import annotations

from typing import Any

from django import template

from fulfilment.models import Consignment, TrackingEvent
from fulfilment.tracking.link import tracking_link
from orders.models import Order

register = template.Library()

Kind = TrackingEvent.Kind
_SAYS = {
    Kind.BOOKED: "DX knows about your parcel.",
    Kind.COLLECTED: "DX collected your parcel from us.",
    Kind.IN_TRANSIT: "Your parcel is moving through DX’s network.",
    Kind.OUT_FOR_DELIVERY: "Your parcel is out for delivery.",
    Kind.DELIVERED: "DX delivered your parcel.",
    Kind.PROBLEM: "DX could not deliver your parcel this time.",
    Kind.RETURNED: "Your parcel was sent back to us.",
}


@register.inclusion_tag("fulfilment/tracking_panel.html")
def tracking_panel(order: Order) -> dict[str, Any]:
    """DX's latest parcel of `order`: its number and link, and what happened to it in plain words, newest first."""
    parcel = (
        Consignment.objects.of_orders([order.pk])
        .told_to_dx()
        .filter(dispatched_at__isnull=False)
        .prefetch_related("tracking_events")
        .first()
    )
    if parcel is None:
        return {"parcel": None}
    events = [{"at": event.at, "text": _SAYS[Kind(event.kind)]} for event in parcel.tracking_events.all()][::-1]
    return {
        "parcel": parcel,
        "link": tracking_link(parcel),
        "events": events,
        "came_back": parcel.returned_at is not None,
    }
