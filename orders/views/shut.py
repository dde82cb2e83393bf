"""When nobody can order, or the person has just done so: pages that say so and keep the draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Portal, User
from orders.models import Order, OrderDraft

# Going back in the browser after placing an order happens soon after it.
_JUST_NOW = timedelta(hours=1)


def shut_page(request: HttpRequest, *, draft: OrderDraft, available: int) -> HttpResponse | None:
    """The page for 'ordering is closed' or 'out of stock'; None while badges can be ordered and some are `available`."""
    portal = Portal.current()
    if not portal.ordering_open_at(timezone.now()):
        return closed_page(request, draft=draft)
    if available <= 0:
        return out_of_stock_page(request, draft=draft)
    return None


def closed_page(request: HttpRequest, *, draft: OrderDraft) -> HttpResponse:
    return _page(request, "journey/closed.html", draft)


def out_of_stock_page(request: HttpRequest, *, draft: OrderDraft) -> HttpResponse:
    return _page(request, "journey/out_of_stock.html", draft)


def order_just_placed(account: User, *, now: datetime) -> Order | None:
    """The order that `account` placed within the last hour, for somebody who goes back in the browser."""
    return Order.objects.placed_by(account).placed_since(now - _JUST_NOW).newest_first().first()


def _page(request: HttpRequest, template: str, draft: OrderDraft) -> HttpResponse:
    context: dict[str, Any] = {"has_draft": draft.is_started, "draft_days": settings.DRAFT_DAYS}
    return render(request, template, context)
