"""Editions of the ONS Postcode Directory that were loaded, with what became of their rows."""

from __future__ import annotations

from django.contrib import admin

from badgeportal.admin_base import ReadOnlyAdmin
from reports.models import PostcodeEdition


@admin.register(PostcodeEdition)
class PostcodeEditionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "loaded_at", "rows", "new", "changed", "unchanged", "elsewhere")
    ordering = ("-edition", "-pk")
    fields = (
        "edition", "file_name", "file_sha256", "rows", "new", "changed", "unchanged", "elsewhere", "names", "who",
        "loaded_at",
    )  # fmt: skip
    readonly_fields = ("who",)
