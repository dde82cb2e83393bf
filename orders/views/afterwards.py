"""What a person can do about an order they placed: order the same again, send it elsewhere, say that something is wrong."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.person import person
from badgeportal.actor import Actor
from orders.correcting import ADDRESS_FIELDS, can_change_address, change_delivery_address
from orders.drafts import DraftInTheWay, begin_again, open_draft
from orders.england import is_plainly_in_england
from orders.forms import DeliveryForm, ProblemForm
from orders.lifecycle import State
from orders.models import Order, OrderProblem
from orders.models.order import Hold
from orders.moves import OrderCannotMove
from orders.problems import ToldAlready, latest_problem, report_problem
from orders.timeline import status_of
from orders.views.orders import own_order_to_change, service_contacts


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def order_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask whether to begin an order with the answers of an old one, in place of one begun since, and do it."""
    order = own_order_to_change(request, reference)
    if request.method == "POST":
        try:
            begin_again(order=order, account=person(request), replacing=_replacing(request), now=timezone.now())
        except DraftInTheWay:
            # The page asks again, with the draft that is there now.
            return _again_page(request, order, status=409)
        return redirect("order")
    return _again_page(request, order)


def _again_page(request: HttpRequest, order: Order, *, status: int = 200) -> HttpResponse:
    context = {"order": order, "draft": open_draft(person(request)), "in_the_way": status == 409}
    return render(request, "orders/order_again.html", context, status=status)


def _replacing(request: HttpRequest) -> int:
    """The version of the draft that the page said would be replaced; 0 for none, or for what is no number."""
    typed = request.POST.get("replacing", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else 0


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def order_address(request: HttpRequest, reference: str) -> HttpResponse:
    """Change where the order goes, until it is packed."""
    order = own_order_to_change(request, reference, correcting=True)
    if request.method == "GET" and not can_change_address(order):
        return _address_stays(request, order)
    form = DeliveryForm(request.POST or None, initial={name: getattr(order, name) for name in ADDRESS_FIELDS})
    if request.method == "GET" or not form.is_valid():
        return render(request, "orders/order_address.html", {"form": form, "order": order})
    actor, now = Actor.user(request.user), timezone.now()
    try:
        changed = change_delivery_address(order=order, address=form.cleaned_data, actor=actor, now=now)
    except OrderCannotMove as stays:
        order.refresh_from_db()
        return _address_stays(request, order, state=stays.state)
    messages.success(request, _changed_text(order) if changed else "The address is the same as before.")
    return redirect("order_detail", reference=order.reference)


def _changed_text(order: Order) -> str:
    if order.hold:
        return "We changed the delivery address. A person at customer service looks at it next."
    if order.state == State.PLACED:
        elsewhere = "" if is_plainly_in_england(order.postcode) else " A person may need to look at it."
        return f"We changed the delivery address. We check the order at its new address before we send it.{elsewhere}"
    return "We changed the delivery address. The person who checks the order sees the new one."


def _address_stays(request: HttpRequest, order: Order, *, state: str = "") -> HttpResponse:
    held = order.hold == Hold.OFFICER
    why = "customer service is looking at the order" if held else f"it is now: {status_of(order).label.lower()}"
    messages.warning(
        request,
        f"The delivery address of order {order.reference} can no longer be changed here, because {why}."
        f" If it is wrong, ring customer service on {service_contacts()['service_phone']}.",
    )
    return redirect("order_detail", reference=order.reference)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def order_problem(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell customer service what is wrong with the order; they have it beside the message."""
    order = own_order_to_change(request, reference)
    waiting = latest_problem(order)
    if request.method == "GET" and waiting is not None and waiting.is_open:
        return _told_already(request, order)
    form = ProblemForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "orders/order_problem.html", {"form": form, "order": order, **service_contacts()})
    try:
        report_problem(
            order=order,
            kind=OrderProblem.Kind(form.cleaned_data["kind"]),
            text=form.cleaned_data["text"],
            actor=Actor.user(request.user),
            now=timezone.now(),
        )
    except ToldAlready:
        return _told_already(request, order)
    messages.success(request, "Customer service has your message. We will answer you by email.")
    return redirect("order_detail", reference=order.reference)


def _told_already(request: HttpRequest, order: Order) -> HttpResponse:
    messages.info(
        request,
        "Customer service already has a message from you about this order. We will answer you by email."
        f" If it cannot wait, ring {service_contacts()['service_phone']}.",
    )
    return redirect("order_detail", reference=order.reference)
