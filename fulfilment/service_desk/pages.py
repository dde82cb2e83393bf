"""The pages of customer service in admin: find, look, send a mail again; what changes an order is on the order's own pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from accounts.restricting import check_not_restricted
from badgeportal.actor import Actor
from badgeportal.audit.actions import record_personal_page_seen
from badgeportal.outbox.resending import resend_mail
from fulfilment.service_desk.dossier import dossier_of, mail_of
from fulfilment.service_desk.finding import MOST, SHORTEST, Found, find_anything
from orders.models import Order

# One permission for each half of what is found.
_NEEDED = ("orders.view_order", "accounts.view_person")
RESEND = "outbox.change_outboxmessage"


class FindForm(forms.Form):
    text = forms.CharField(label="Find", max_length=100)


def find_view(request: HttpRequest) -> HttpResponse:
    """The box and what it found. It posts, so that no address or name stands in a URL, a log or a browser's history."""
    _require(request, *_NEEDED)
    form = FindForm(request.POST if request.method == "POST" else None)
    found: Found | None = None
    if form.is_bound and form.is_valid():
        found = find_anything(form.cleaned_data["text"])
        _seen(request, [*found.people, *found.orders], "find")
    context = {"title": "Find a person or an order", "form": form, "found": found, "most": MOST, "shortest": SHORTEST}
    return _page(request, "find", context)


def person_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one person who orders."""
    _require(request, *_NEEDED)
    dossier = dossier_of(_person(pk))
    tools = admin.site.get_model_admin(Order)
    for file in dossier.orders:
        file.tools = tools.object_tools(request, file.order)  # type: ignore[attr-defined]
    _seen(request, [dossier.person, *[file.order for file in dossier.orders]], "person")
    context = {
        "title": dossier.person.name or dossier.person.email or "Anonymised person",
        "dossier": dossier,
        "may_resend": request.user.has_perm(RESEND),
    }
    return _page(request, "person", context)


def resend_view(request: HttpRequest, pk: int, message_id: int) -> HttpResponse:
    """Send one of the person's mails again."""
    _require(request, *_NEEDED, RESEND)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    mail = mail_of(_person(pk), message_id)
    if mail is None:
        raise Http404
    check_not_restricted(pk)
    if resend_mail(message_id=mail.pk, actor=Actor.user(request.user), now=timezone.now()):
        messages.success(request, "The email is queued and goes out in a moment.")
    else:
        messages.info(request, "Nothing was sent: the same email is on its way already, or its content is destroyed.")
    return redirect("admin:fulfilment_consignment_person", pk)


def _person(pk: int) -> User:
    person = User.objects.providers().filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _require(request: HttpRequest, *permissions: str) -> None:
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def _seen(request: HttpRequest, subjects: list[models.Model], page: str) -> None:
    if subjects:
        actor = Actor.user(request.user)
        record_personal_page_seen(actor=actor, subjects=subjects, page=f"admin:{page}", now=timezone.now())


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if "form" in context and context["form"].is_bound and not context["form"].is_valid() else 200
    whole = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, f"fulfilment/service_desk/{name}.html", whole, status=status)
