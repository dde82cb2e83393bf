"""Erasing people without an account: the person to whom orders are addressed, and the owner of a listed inbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.admin.erasing import erasure_page
from badgeportal.actor import Actor
from badgeportal.audit.actions import record_personal_page_seen
from badgeportal.privacy.subject import DataSubject
from fulfilment.models import Consignment
from orders.models import Order

ERASE = "accounts.disable_person"
# Orders shown to choose from; a person with more is erased in steps.
MOST = 50


class AddressForm(forms.Form):
    email = forms.EmailField(
        label="Email address on a listing",
        help_text="Of the person who asks. It is looked up exactly as it is typed, whatever its capitals.",
        error_messages={
            "required": "Enter the email address",
            "invalid": "Enter an email address, like name@example.com",
        },
    )


def erase_recipient_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase the person to whom order `pk` is addressed, from it and from the orders chosen with the same name or door."""
    _require(request)
    order = Order.objects.filter(pk=pk).first()
    if order is None:
        raise Http404
    alike = list(Order.objects.addressed_like(order).newest_first()[:MOST])
    chosen = _chosen(request, order, alike)
    actor = Actor.user(request.user)
    record_personal_page_seen(actor=actor, subjects=alike, page="admin:erase_recipient", now=timezone.now())
    choices = [{"pk": one.pk, "chosen": one.pk in chosen, "text": _line(one)} for one in alike if one.recipient_name]
    return erasure_page(
        request,
        subject=DataSubject.recipient_of(chosen),
        title="Erase a recipient",
        who=", ".join([order.recipient_name, *order.address_lines]) or "Nobody is named on this order any more.",
        opts=Consignment._meta,
        cancel_url=reverse("admin:fulfilment_consignment_find"),
        choosing={"legend": "Orders addressed to this person", "choices": choices},
    )


def erase_inbox_view(request: HttpRequest) -> HttpResponse:
    """Ask for the address, by POST so that it stands in no URL, and erase it from the register."""
    _require(request)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"]
        return erasure_page(
            request,
            subject=DataSubject.listed_inbox(email),
            title="Erase a listed address",
            who=email,
            opts=Consignment._meta,
            cancel_url=reverse("admin:fulfilment_consignment_erase_inbox"),
            hidden={"email": [email]},
        )
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Erase a listed address",
        "form": form,
        "submit_label": "Show what goes",
        "opts": Consignment._meta,
        "cancel_url": reverse("admin:fulfilment_consignment_find"),
    }
    form.label_suffix = ""
    return TemplateResponse(request, "admin/action_form.html", context, status=422 if form.is_bound else 200)


def _chosen(request: HttpRequest, order: Order, alike: list[Order]) -> set[int]:
    known = {one.pk for one in alike}
    if request.method == "POST":
        numbers = {int(text) for text in request.POST.getlist("orders") if text.isdecimal()}
        return numbers & known or {order.pk}
    same = {one.pk for one in alike if one.recipient_name.casefold() == order.recipient_name.casefold()}
    return same | {order.pk}


def _line(order: Order) -> str:
    return ", ".join([order.reference, order.recipient_name, *order.address_lines])


def _require(request: HttpRequest) -> None:
    if not request.user.has_perms(("orders.view_order", "accounts.view_person", ERASE)):
        raise PermissionDenied
