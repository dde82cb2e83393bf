"""The register for staff: its imports with what they did and left out, and its listings, to look at and never to edit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from badgeportal.spreadsheets import csv_download
from badgeportal.uploads.pages import upload_page
from verification.admin.forms import RegisterFileForm
from verification.models import FailedRow, ListedEmail, Listing, ProviderCode, RegisterImport
from verification.register.uploaded import HSCA

FAILED_ROW_COLUMNS = ("Row", "Column", "Value", "What to do")


@admin.register(RegisterImport)
class RegisterImportAdmin(ReadOnlyAdmin):
    list_display = (
        "started_at", "file", "edition", "ended", "rows", "new", "changed", "unchanged", "closed", "out_of_scope", "failed",
    )  # fmt: skip
    list_filter = ("kind", "state")
    ordering = ("-started_at", "-pk")
    fieldsets = (
        (None, {"fields": ("kind", "state", "message", "file_name", "sha256", "edition")}),
        ("Rows", {"fields": ("rows", "new", "changed", "unchanged", "closed", "out_of_scope", "failed")}),
        ("When", {"fields": ("started_at", "finished_at", "who")}),
    )
    readonly_fields = ("sha256", "who")

    @admin.display(description="file", ordering="kind")
    def file(self, register_import: RegisterImport) -> str:
        """The kind of file in as few words as a column has room for."""
        return (
            register_import.get_kind_display()
            .partition(" (")[0]
            .replace("CQC care directory with filters", "CQC register")
        )

    @admin.display(description="state", ordering="state")
    def ended(self, register_import: RegisterImport) -> str:
        return register_import.get_state_display().partition(":")[0]

    @admin.display(description="SHA-256")
    def sha256(self, register_import: RegisterImport) -> str:
        return register_import.file_sha256

    def extra_views(self) -> list[ExtraView]:
        return [
            ("load/", self.load_view, "load"),
            ("<int:pk>/failed-rows.csv", self.failed_rows_view, "failed_rows"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if obj is None and self.may(request, "import_register"):
            return [(reverse("admin:verification_registerimport_load"), "Load a file of the register")]
        if obj is None or not obj.failed or not self.may(request, "view_failedrow"):
            return []
        rows = reverse("admin:verification_failedrow_changelist") + f"?register_import__id__exact={obj.pk}"
        download = reverse("admin:verification_registerimport_failed_rows", args=[obj.pk])
        return [(rows, "See the rows left out"), (download, "Download the rows left out (CSV)")]

    def load_view(self, request: HttpRequest) -> HttpResponseBase:
        """Take a file of the register; a worker then says what it would change."""
        if not self.may(request, "import_register"):
            raise PermissionDenied
        return upload_page(
            self, request, RegisterFileForm, kind=HSCA, title="Load a file of the register", submit_label="Upload the file",
            intro="You see first what the file would change. Nothing is changed until you confirm.",
        )  # fmt: skip

    def failed_rows_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The rows that the import left out, with where they stand and what to do."""
        register_import = self.get_object(request, str(pk))
        if register_import is None or not (self.has_view_permission(request) and self.may(request, "view_failedrow")):
            raise Http404
        rows = FailedRow.objects.of_import(pk).for_download()
        return csv_download(file_name=f"rows-left-out-{pk}.csv", header=FAILED_ROW_COLUMNS, rows=rows)


@admin.register(FailedRow)
class FailedRowAdmin(ReadOnlyAdmin):
    list_display = ("register_import", "row_number", "column", "value", "reason")
    list_select_related = ("register_import",)
    list_filter = ("register_import__kind",)
    list_display_links = ("row_number",)
    ordering = ("-register_import", "row_number", "pk")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "register_import__id__exact" or super().lookup_allowed(lookup, value, request)


class _SearchedByTheRegister(ReadOnlyAdmin):
    """Lists whose search asks the register's own question and not one of Django's for each column."""

    search_fields = ("pk",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False


@admin.register(Listing)
class ListingAdmin(_SearchedByTheRegister):
    list_display = ("name", "location_id", "site_ods_code", "town", "postcode", "provider_name", "status")
    list_filter = ("status", "care_home", "region")
    ordering = ("name", "pk")
    search_help_text = (
        "Words of a name, an ODS code (site or head office), a postcode, or a CQC location or provider ID"
    )
    list_select_related = ()
    readonly_fields = ("head_office_codes",)

    @admin.display(description="head-office ODS codes of the provider")
    def head_office_codes(self, listing: Listing) -> str:
        codes = ProviderCode.objects.of_provider(listing.provider_id)
        return ", ".join(code.ods_code for code in codes) or "none known"


@admin.register(ProviderCode)
class ProviderCodeAdmin(_SearchedByTheRegister):
    list_display = ("ods_code", "provider_id", "source")
    list_select_related = ("source",)
    ordering = ("ods_code", "pk")
    search_help_text = "A head-office ODS code or a CQC provider ID"


@admin.register(ListedEmail)
class ListedEmailAdmin(_SearchedByTheRegister):
    """Addresses of people who have no account here, so every look is recorded."""

    records_personal_views = True
    list_display = ("email", "location_id", "provider_id", "source")
    list_select_related = ("source",)
    ordering = ("email", "pk")
    search_help_text = "A whole email address, or a CQC location or provider ID"
