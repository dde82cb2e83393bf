"""What a person sees of the orders they placed: the list, one order, its confirmation, and cancelling."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.person import person
from badgeportal.actor import Actor
from badgeportal.govuk.paging import pagination
from orders.answers_shown import answer_rows
from orders.cancelling import can_be_cancelled, cancel_order
from orders.correcting import can_change_address
from orders.drafts import open_draft
from orders.lifecycle import State, Who
from orders.models import Order
from orders.moves import OrderCannotMove
from orders.problems import latest_problem
from orders.reference import parse_reference
from orders.restricting import can_correct, check_order_not_restricted
from orders.timeline import status_of, timeline_of

ORDERS_ON_A_PAGE = 20


@require_GET
@never_cache
@login_required
def your_orders(request: HttpRequest) -> HttpResponse:
    """The person's orders, newest first, and the order they have begun."""
    page = Paginator(Order.objects.placed_by(person(request)).newest_first(), ORDERS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [{"order": order, "status": status_of(order)} for order in page]
    draft = open_draft(person(request))
    context = {
        "rows": rows,
        "has_draft": draft.is_started,
        "pagination": pagination(page),
        "order_url": reverse("order"),
    }
    return render(request, "orders/your_orders.html", context)


@require_GET
@never_cache
@login_required
def order_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One order: where it is, what happens next, what was ordered, what has happened."""
    order = own_order(request, reference)
    stopped = order.is_restricted
    context = {
        "order": order,
        "stopped": stopped,
        "status": status_of(order),
        "timeline": timeline_of(order, order.events.all()),
        "rows": answer_rows(order),
        "your_orders_url": reverse("your_orders"),
        "cancel_url": reverse("order_cancel", args=[order.reference]),
        "can_change_address": can_change_address(order) and (not stopped or can_correct(order)),
        "problem": latest_problem(order),
        "can_cancel": can_be_cancelled(order, by=Who.PROVIDER) and not stopped,
        **service_contacts(),
    }
    return render(request, "orders/order_detail.html", context)


@require_GET
@never_cache
@login_required
def order_placed(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation: the reference, and what happens next."""
    order = own_order(request, reference)
    shown = format_html("Your order reference<br><strong>{}</strong>", order.reference)
    return render(request, "orders/order_placed.html", {"order": order, "reference_html": shown, **service_contacts()})


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def order_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask whether to cancel, and do it. A second attempt is told where the order is."""
    order = own_order_to_change(request, reference)
    if request.method == "GET":
        if can_be_cancelled(order, by=Who.PROVIDER):
            keep_url = reverse("order_detail", args=[order.reference])
            return render(request, "orders/order_cancel.html", {"order": order, "order_url": keep_url})
        messages.warning(request, _cannot(order))
        return redirect("order_detail", reference=order.reference)
    try:
        cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(request.user), now=timezone.now())
    except OrderCannotMove:
        messages.warning(request, _cannot(order))
    else:
        messages.success(request, f"Order {order.reference} is cancelled. Nothing will be sent.")
    return redirect("order_detail", reference=order.reference)


def own_order(request: HttpRequest, reference: str) -> Order:
    """The order `reference` of the person signed in; Http404 for one that is not there or not theirs, without a difference."""
    wanted = parse_reference(reference)
    order = Order.objects.placed_by(person(request)).with_reference(wanted).first() if wanted else None
    if order is None:
        raise Http404
    order.account = person(request)
    return order


def own_order_to_change(request: HttpRequest, reference: str, *, correcting: bool = False) -> Order:
    """As `own_order`, for a page that changes it; raises AccountRestricted while the person's data is kept and not used."""
    order = own_order(request, reference)
    if order.is_restricted:
        check_order_not_restricted(order, correcting=correcting)
    return order


def _cannot(order: Order) -> str:
    """Why the order cannot be cancelled, from the state it is in."""
    if order.state == State.CANCELLED:
        return f"Order {order.reference} is already cancelled."
    return (
        f"Order {order.reference} can no longer be cancelled. It is now: {status_of(order).label.lower()}."
        f" If you need help, ring {settings.CUSTOMER_SERVICE_PHONE}."
    )


def service_contacts() -> dict[str, Any]:
    """How to reach customer service, for a template."""
    return {
        "service_phone": settings.CUSTOMER_SERVICE_PHONE,
        "service_email": settings.CUSTOMER_SERVICE_EMAIL,
        "service_hours": settings.CUSTOMER_SERVICE_HOURS,
    }
