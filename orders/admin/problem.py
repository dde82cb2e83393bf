"""What providers say is wrong with their orders, for customer service: what waits first, oldest first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.person import person
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from orders.admin.forms import AnswerProblemForm
from orders.models import OrderProblem
from orders.problems import AnsweredAlready, answer_problem


class WaitingFilter(admin.SimpleListFilter):
    """What waits for an answer, unless something else is chosen."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("closed", "Answered"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=["state"]),
            "display": "Waiting for an answer",
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return {"closed": queryset.closed, "all": queryset.all}.get(self.value() or "", queryset.open)()


@admin.register(OrderProblem)
class OrderProblemAdmin(ReadOnlyAdmin):
    """Every page here shows what a person wrote, so every view of one is recorded."""

    records_personal_views = True
    list_display = ("order_reference", "opened_at", "kind", "order_state", "outcome", "closed_at")
    list_display_links = None
    list_filter = (WaitingFilter, "kind", "outcome")
    # Django shows its search box only with a field; `get_search_results` does the looking.
    search_fields = ("pk",)
    search_help_text = "The whole reference of an order."
    fieldsets = (
        ("What was told", {"fields": ("order_link", "order_state", "told_by", "kind", "text", "opened_at")}),
        ("Our answer", {"fields": ("answer", "outcome", "closed_at", "closed_by")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderProblem]:
        return OrderProblem.objects.select_related("order__account", "closed_by").open_first()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[OrderProblem], bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        # The queryset says it: what waits comes first.
        return ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(str(name) for _, options in self.fieldsets for name in options["fields"])

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: each is answered on its own page."""
        return {}

    def personal_subjects(self, objects: list[Any]) -> list[Any]:
        return [problem.order for problem in objects]

    def extra_views(self) -> list[ExtraView]:
        return [("<int:object_id>/answer/", self.answer_page, "answer")]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if obj is None or not obj.is_open or obj.order.is_restricted or not self.may(request, "answer_orderproblem"):
            return []
        return [(reverse("admin:orders_orderproblem_answer", args=[obj.pk]), "Answer and close")]

    def restricted_account(self, obj: Any) -> Any:
        return obj.order

    @admin.display(description="order")
    def order_reference(self, problem: OrderProblem) -> str:
        address = reverse("admin:orders_orderproblem_change", args=[problem.pk])
        return format_html('<a href="{}">{}</a>', address, problem.order.reference)

    @admin.display(description="order")
    def order_link(self, problem: OrderProblem) -> str:
        address = reverse("admin:orders_order_change", args=[problem.order_id])
        return format_html('<a href="{}">{}</a>', address, problem.order.reference)

    @admin.display(description="the order now")
    def order_state(self, problem: OrderProblem) -> str:
        return problem.order.get_state_display()

    @admin.display(description="told by")
    def told_by(self, problem: OrderProblem) -> str:
        account = problem.order.account
        return f"{account.name or 'no name'}, {account.email or 'erased'}"

    def answer_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the answer and the outcome, show what was told, and send."""
        if not self.may(request, "answer_orderproblem"):
            raise PermissionDenied
        problem = self.get_queryset(request).filter(pk=object_id).first()
        if problem is None:
            raise Http404
        to_problem = HttpResponseRedirect(reverse("admin:orders_orderproblem_change", args=[problem.pk]))
        form = AnswerProblemForm(request.POST or None)
        if not form.is_valid():
            self.record_view(request, [problem], "orderproblem_answer")
            return self.action_form_page(
                request, form=form, obj=problem, title=f"Answer about order {problem.order.reference}",
                submit_label="Send the answer and close",
                intro=f"{problem.get_kind_display()}\n{problem.text}\nThe provider gets your answer by email and sees it"
                " on the order’s page.",
            )  # fmt: skip
        try:
            answer_problem(problem=problem, officer=person(request), now=timezone.now(), **form.cleaned_data)
        except AnsweredAlready:
            messages.warning(request, "A colleague answered this first. Nothing you did was saved.")
            return to_problem
        messages.success(request, f"The answer about order {problem.order.reference} is on its way.")
        return HttpResponseRedirect(reverse("admin:orders_orderproblem_changelist"))
