"""Tracking files for staff: load one, see what became of its rows, and take the rows that need a look to DX."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView
from badgeportal.staff_csv import csv_download
from badgeportal.uploads.pages import upload_page
from fulfilment.admin.forms import ConfirmForm, TrackingFileForm
from fulfilment.admin.pages import ActionPages, Outcome, page_of
from fulfilment.models import TrackingImport
from fulfilment.tracking.problems import download_problems
from fulfilment.tracking.uploaded import TRACKING

LOAD = "import_tracking"
_COUNTS = ("rows", "new", "repeated", "unknown", "failed")


@admin.register(TrackingImport)
class TrackingImportAdmin(ActionPages):
    list_display = ("__str__", "at", "file_name", *_COUNTS)
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("at", "who", "file_name", "file_sha256")}),
        ("Rows", {"fields": _COUNTS}),
    )
    readonly_fields = ("who",)
    change_form_template = "fulfilment/admin_tracking.html"

    def extra_views(self) -> list[ExtraView]:
        return [
            ("load/", self.load_page, "load"),
            ("<int:object_id>/problems/", self.problems_page, "problems"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if not self.may(request, LOAD):
            return []
        if obj is None:
            return [(reverse("admin:fulfilment_trackingimport_load"), "Load a tracking file")]
        return [(reverse("admin:fulfilment_trackingimport_problems", args=[obj.pk]), "Rows that need a look")]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if found is not None and self.has_view_permission(request, found):
            extra["problems"] = page_of(request, found.problem_rows.all())
        return super().change_view(request, object_id, form_url, extra)

    def load_page(self, request: HttpRequest) -> HttpResponse:
        if not self.may(request, LOAD):
            raise PermissionDenied
        return upload_page(
            self, request, TrackingFileForm, kind=TRACKING, title="Load a tracking file", submit_label="Load the file",
            intro="Orders move on by what DX says of their parcels. Loading a file again does no harm.",
        )  # fmt: skip

    def problems_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        found = self.wanted(request, object_id, LOAD)

        def download() -> Outcome:
            content = download_problems(tracking_import=found, actor=Actor.user(request.user), now=timezone.now())
            return csv_download(content, f"tracking-file-{found.pk}-rows.csv")

        return self.ask(
            request,
            form=ConfirmForm(request.POST if request.method == "POST" else None),
            action=download,
            back=reverse("admin:fulfilment_trackingimport_change", args=[found.pk]),
            obj=found,
            title="Rows that need a look",
            submit_label="Download the rows",
            intro="With the number of each row, what stood there and what is wrong with it."
            f" Rows are kept for {settings.TRACKING_PROBLEM_DAYS} days.",
        )
