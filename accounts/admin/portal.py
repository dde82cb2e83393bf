"""Opening and closing ordering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import Portal
from accounts.portal import ClosesInThePast, PortalCloses, set_ordering
from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin


class OrderingForm(forms.Form):
    ordering_open = forms.TypedChoiceField(
        label="Ordering is",
        choices=[("yes", "Open"), ("no", "Closed")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether ordering is open or closed"},
    )
    closes_at = forms.DateTimeField(
        label="Closes by itself on (optional)",
        required=False,
        help_text="Date and time in the United Kingdom, like 31/03/2027 17:00. Leave empty when no closing is planned.",
        error_messages={"invalid": "Enter a date and time, like 31/03/2027 17:00"},
        widget=forms.DateTimeInput(format="%d/%m/%Y %H:%M"),
        input_formats=["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"],
    )


@admin.register(Portal)
class PortalAdmin(ReadOnlyAdmin):
    list_display = ("name", "ordering_open", "ordering_closes_at", "changed_at")
    fields = ("ordering_open", "ordering_closes_at", "changed_at")
    readonly_fields = fields

    @admin.display(description="portal")
    def name(self, portal: Portal) -> str:
        return "Ordering"

    def extra_views(self) -> list[ExtraView]:
        return [("ordering/", self.ordering_view, "ordering")]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        may = self.may(request, "open_and_close_portal")
        return [(reverse("admin:accounts_portal_ordering"), "Open or close ordering")] if may else []

    def ordering_view(self, request: HttpRequest) -> HttpResponse:
        """Ask whether ordering is open and when it closes, and do it."""
        if not self.may(request, "open_and_close_portal"):
            raise PermissionDenied
        portal = Portal.current()
        initial = {"ordering_open": "yes" if portal.ordering_open else "no", "closes_at": portal.ordering_closes_at}
        form = OrderingForm(request.POST or None, initial=initial)
        if form.is_valid() and self._set(request, form):
            messages.success(request, "Saved. The start page says so from now on.")
            return redirect("admin:accounts_portal_changelist")
        return self.action_form_page(
            request,
            title="Open or close ordering",
            intro="When ordering is closed nobody can register or order. People can still sign in and follow their orders.",
            form=form,
            submit_label="Save",
        )

    def _set(self, request: HttpRequest, form: OrderingForm) -> bool:
        asked = form.cleaned_data
        try:
            set_ordering(
                open=asked["ordering_open"],
                closes_at=asked["closes_at"],
                actor=Actor.user(request.user),
                now=timezone.now(),
            )
        except ClosesInThePast:
            form.add_error("closes_at", "The closing date must be in the future")
            return False
        except PortalCloses:
            form.add_error("closes_at", "The portal closes for good. Ordering must stop on the day decided, or earlier")
            return False
        return True
