"""The start page: what the badge is, who may order it, and whether it can be ordered now."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Portal
from orders.models import StockBalance


def start(request: HttpRequest) -> HttpResponse:
    """Open, closed or out of stock: in each state people can sign in and track what they ordered."""
    portal = Portal.current()
    available = StockBalance.current().available
    ordering_open = portal.ordering_open_at(timezone.now())
    return render(
        request,
        "orders/start.html",
        {
            "ordering_open": ordering_open,
            "can_order": ordering_open and available > 0,
            "closes_at": portal.ordering_closes_at if ordering_open else None,
            "threshold": settings.MANUAL_CHECK_THRESHOLD,
            "service_phone": settings.CUSTOMER_SERVICE_PHONE,
            "service_hours": settings.CUSTOMER_SERVICE_HOURS,
        },
    )
