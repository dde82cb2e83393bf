"""Receipts of erasures, which name nobody, and the erasures that wait for open orders."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from badgeportal.admin_base import ReadOnlyAdmin
from badgeportal.privacy.models import ErasureLedgerEntry, PendingErasure


@admin.register(ErasureLedgerEntry)
class ErasureLedgerEntryAdmin(ReadOnlyAdmin):
    """A receipt can be printed and handed to whoever asked: a number, a time and counts."""

    list_display = ("id", "at", "who", "what")
    ordering = ("-at", "-pk")
    fields = ("id", "at", "who", "what", "replayed_at")
    readonly_fields = fields
    change_form_template = "admin/erasure_receipt.html"

    @admin.display(description="erased")
    def what(self, entry: ErasureLedgerEntry) -> str:
        if entry.account_ids:
            return f"{len(entry.account_ids)} account{'' if len(entry.account_ids) == 1 else 's'}"
        return "the recipient of orders" if entry.order_ids else "the owner of a listed address"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        counts = sorted(entry.counts.items()) if isinstance(entry, ErasureLedgerEntry) else []
        told = [(str(apps.get_model(label)._meta.verbose_name_plural), rows) for label, rows in counts]
        return super().change_view(request, object_id, form_url, {"counts": told, **(extra_context or {})})


@admin.register(PendingErasure)
class PendingErasureAdmin(ReadOnlyAdmin):
    list_display = ("asked_at", "who", "about", "also_listed")
    ordering = ("asked_at", "pk")
    fields = ("asked_at", "who", "about", "also_listed")
    readonly_fields = fields

    @admin.display(description="about")
    def about(self, pending: PendingErasure) -> str:
        return f"account {pending.account_id}" if pending.account_id else f"recipient of order {pending.order_id}"
