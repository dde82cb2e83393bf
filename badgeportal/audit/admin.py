"""The audit record for investigators: who did or saw what, and when."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from badgeportal.admin_base import ReadOnlyAdmin
from badgeportal.audit.kinds import PERSONAL_PAGE_SEEN, declared, said
from badgeportal.audit.models import AuditEvent
from badgeportal.named_subjects import in_words


class KindFilter(admin.SimpleListFilter):
    title = "what happened"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(kind, said(kind)) for kind in sorted(declared())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "what", "who", "about", "more")
    list_filter = (KindFilter,)
    ordering = ("-at", "-pk")
    # Django shows its search box only with a field; `get_search_results` does the looking.
    search_fields = ("actor",)
    sortable_by = ("at",)
    search_help_text = "The number of a record, or an account as user:12."
    fields = ("at", "what", "who", "about", "more")
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """By the account that acted, or by the number of a record, alone or among those of a list that was shown."""
        text = search_term.strip()
        listed = Q(kind=PERSONAL_PAGE_SEEN, details__ids__has_any_keys=[text])
        return (queryset.filter(Q(actor=text) | Q(subject_id=text) | listed) if text else queryset), False

    @admin.display(description="what happened", ordering="kind")
    def what(self, event: AuditEvent) -> str:
        return said(event.kind)

    @admin.display(description="about")
    def about(self, event: AuditEvent) -> str:
        listed = event.details.get("ids", ())
        return f"{in_words(event.subject_type)} {event.subject_id or f'({len(listed)} in a list)'}"

    @admin.display(description="details")
    def more(self, event: AuditEvent) -> str:
        return ", ".join(f"{name.replace('_', ' ')}: {json.dumps(value)}" for name, value in event.details.items())
