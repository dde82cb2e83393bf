"""`{% load verification_panels %}`: what the order's page shows of its check."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from orders.models import Order
from verification.telling import outcome_for

register = template.Library()


@register.inclusion_tag("verification/outcome.html")
def verification_outcome(order: Order) -> dict[str, Any]:
    """Why a person checks the order and what its provider can do meanwhile, or why it was refused; nothing otherwise."""
    return {
        "order": order,
        "outcome": outcome_for(order),
        "phone": settings.CUSTOMER_SERVICE_PHONE,
        "hours": settings.CUSTOMER_SERVICE_HOURS,
        "email": settings.CUSTOMER_SERVICE_EMAIL,
    }
