"""The queue of manual checks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from orders.lifecycle import State
from verification.admin.workbench import WorkbenchViews
from verification.checking.locking import name_for_screen
from verification.models import ManualCheck, Reason


def overdue_before(now: datetime) -> datetime:
    """A check opened before this has waited too long."""
    return now - timedelta(hours=settings.CHECK_OVERDUE_HOURS)


class QueueFilter(admin.SimpleListFilter):
    """Which part of the queue; all that waits, unless something else is chosen."""

    title = "queue"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("free", "Free to take"),
            ("mine", "Mine"),
            ("overdue", "Overdue"),
            ("provider", "Waiting for the provider"),
            ("second", "Second person wanted"),
            ("closed", "Closed"),
        ]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=["queue"]),
            "display": "Open",
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        now = timezone.now()
        chosen = {
            "free": lambda: queryset.free_for(request.user.pk, now),
            "mine": lambda: queryset.waiting().held_by(request.user.pk, now),
            "overdue": lambda: queryset.waiting().overdue(overdue_before(now)),
            "provider": lambda: queryset.waiting_for_provider(),
            "second": lambda: queryset.waiting().wants_second_person(),
            "closed": lambda: queryset.closed(),
        }
        return chosen.get(self.value() or "", queryset.waiting)()


class ReasonFilter(admin.SimpleListFilter):
    title = "reason"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Reason.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.with_reason(self.value()) if self.value() in Reason.values else queryset


@admin.register(ManualCheck)
class ManualCheckAdmin(WorkbenchViews, ReadOnlyAdmin):
    """Oldest first: what waits, for how long, and who is on it. Opening one leads to its workbench."""

    records_personal_views = True
    list_display = ("order_reference", "organisation", "age", "badges", "why", "held_by")
    list_display_links = None
    list_filter = (QueueFilter, ReasonFilter)
    # Django shows its search box only with a field; `get_search_results` does the looking.
    search_fields = ("pk",)
    search_help_text = (
        "What an order is found by: a whole reference, email address, postcode or ODS code, or words of a name."
    )
    sortable_by = ("age",)
    ordering = ("opened_at", "pk")
    list_per_page = 40

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManualCheck]:
        return ManualCheck.objects.select_related(
            "order", "claimed_by", "second_person_asked_by", "decided_by"
        ).with_answer()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[ManualCheck], bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: each check is decided on its own workbench."""
        return {}

    def personal_subjects(self, objects: list[Any]) -> list[Any]:
        return [check.order for check in objects]

    def extra_views(self) -> list[ExtraView]:
        return self.workbench_views()

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if obj is None and self.may(request, "work_checks"):
            return [(reverse("admin:verification_manualcheck_next"), "Open the next check")]
        return []

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The workbench is the page of a check."""
        return redirect("admin:verification_manualcheck_work", object_id)

    @admin.display(description="order")
    def order_reference(self, check: ManualCheck) -> str:
        address = reverse("admin:verification_manualcheck_work", args=[check.pk])
        return format_html('<a href="{}">{}</a>', address, check.order.reference)

    @admin.display(description="organisation", ordering="order__organisation_name")
    def organisation(self, check: ManualCheck) -> str:
        return check.order.organisation_name or "not given"

    @admin.display(description="waiting for", ordering="opened_at")
    def age(self, check: ManualCheck) -> str:
        waited = age_in_words((check.closed_at or timezone.now()) - check.opened_at)
        late = check.is_open and check.opened_at < overdue_before(timezone.now())
        return f"{waited} (overdue)" if late else waited

    @admin.display(description="badges", ordering="order__quantity")
    def badges(self, check: ManualCheck) -> str:
        return f"{check.order.quantity:,}"

    @admin.display(description="why")
    def why(self, check: ManualCheck) -> str:
        return "; ".join(
            [*(["The provider has answered"] if getattr(check, "has_answer", False) else []), *reason_labels(check)]
        )

    @admin.display(description="who")
    def held_by(self, check: ManualCheck) -> str:
        if not check.is_open:
            how = check.get_decision_display() or check.closed_without_decision.replace("_", " ").capitalize()
            return f"{how} by {name_for_screen(check.decided_by)}" if check.decision else how
        if check.order.state == State.AWAITING_PROVIDER:
            return "waiting for the provider"
        if check.holder_at(timezone.now()) is not None:
            return name_for_screen(check.claimed_by)
        if check.second_person_asked_by_id:
            return f"second person, not {name_for_screen(check.second_person_asked_by)}"
        return "nobody"


def reason_labels(check: ManualCheck) -> list[str]:
    """The reasons of `check` in words for staff."""
    return [str(Reason(reason).label) for reason in check.reasons if reason in Reason.values]


def age_in_words(waited: timedelta) -> str:
    """`3 days` or `5 hours` or `10 minutes`."""
    for name, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number = int(waited.total_seconds() // seconds)
        if number:
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"
