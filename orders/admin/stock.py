"""The ledger of stock for staff, and the three ways to change it by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from orders.admin.forms import AmountForm, CountForm
from orders.models import StockBalance, StockMovement
from orders.stock import NotEnoughBadges, StockChanged, correct_stock, receive_badges, write_off_badges


class WhenFilter(admin.DateFieldListFilter):
    """Django would head it "By at"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "when"


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    change_list_template = "admin/orders/stock_ledger.html"
    list_display = ("at", "kind", "on_shelf", "set_aside", "order", "reason", "who")
    list_display_links = None
    list_filter = ("kind", ("at", WhenFilter))
    list_select_related = ("order",)
    ordering = ("-at", "-pk")
    # Django shows its search box only with a field; `get_search_results` does the looking.
    search_fields = ("reason",)
    search_help_text = "The whole reference of an order, or part of a reason."
    sortable_by = ("at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockMovement]:
        return super().get_queryset(request).select_related("order")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[StockMovement], search_term: str
    ) -> tuple[QuerySet[StockMovement], bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False  # type: ignore[attr-defined]

    @admin.display(description="on the shelf", ordering="on_hand_change")
    def on_shelf(self, movement: StockMovement) -> str:
        return f"{movement.on_hand_change:+,}" if movement.on_hand_change else ""

    @admin.display(description="set aside for orders", ordering="reserved_change")
    def set_aside(self, movement: StockMovement) -> str:
        return f"{movement.reserved_change:+,}" if movement.reserved_change else ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {"balance": _balance_text(StockBalance.current()), **(extra_context or {})}
        )

    def extra_views(self) -> list[ExtraView]:
        return [
            ("receive/", self.receive_page, "receive"),
            ("correct/", self.correct_page, "correct"),
            ("write-off/", self.write_off_page, "write_off"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if obj is not None or not self.may(request, "manage_stock"):
            return []
        offered = (
            ("receive", "Receive badges"),
            ("correct", "Correct after a count"),
            ("write_off", "Write off badges"),
        )
        return [(reverse(f"admin:orders_stockmovement_{name}"), text) for name, text in offered]

    def receive_page(self, request: HttpRequest) -> HttpResponse:
        form = AmountForm(request.POST or None, initial=_newest())
        return self._ask(
            request, form, lambda: receive_badges(quantity=form.cleaned_data["quantity"], **_common(request, form)),
            title="Receive badges", submit_label="Put on the shelf", intro="Badges that came from the maker.",
        )  # fmt: skip

    def write_off_page(self, request: HttpRequest) -> HttpResponse:
        form = AmountForm(request.POST or None, initial=_newest())
        return self._ask(
            request, form, lambda: write_off_badges(quantity=form.cleaned_data["quantity"], **_common(request, form)),
            title="Write off badges", submit_label="Write off", intro="Badges that are lost or damaged.",
        )  # fmt: skip

    def correct_page(self, request: HttpRequest) -> HttpResponse:
        balance = StockBalance.current()
        form = CountForm(request.POST or None, initial=_newest(), on_hand=balance.on_hand)
        return self._ask(
            request, form,
            lambda: correct_stock(change=form.cleaned_data["counted"] - balance.on_hand, **_common(request, form)),
            title="Correct after a count", submit_label="Correct", intro="The number on the shelf differs from ours.",
            balance=balance,
        )  # fmt: skip

    def _ask(
        self, request: HttpRequest, form: BaseForm, action: Callable[[], StockMovement], *, intro: str,
        balance: StockBalance | None = None, **page: Any,
    ) -> HttpResponse:  # fmt: skip
        if not self.may(request, "manage_stock"):
            raise PermissionDenied
        if request.method == "POST" and form.is_valid():
            try:
                movement = action()
            except NotEnoughBadges as short:
                form.add_error(None, f"Only {short.available:,} badges are free. The others are promised to orders.")
            except StockChanged:
                form.add_error(
                    None,
                    "The stock was changed by hand since you opened this page, perhaps by this form. Look at the ledger first.",
                )
            else:
                messages.success(request, f"{movement.get_kind_display()}: {movement.on_hand_change:+,} badges.")
                return HttpResponseRedirect(reverse("admin:orders_stockmovement_changelist"))
        shown = _balance_text(balance or StockBalance.current())
        return self.action_form_page(request, form=form, intro=f"{intro}\n{shown}", **page)


def _common(request: HttpRequest, form: BaseForm) -> dict[str, Any]:
    return {
        "reason": form.cleaned_data["reason"],
        "after": form.cleaned_data["after"] or 0,
        "actor": Actor.user(request.user),
        "now": timezone.now(),
    }


def _newest() -> dict[str, int]:
    return {"after": StockMovement.objects.newest_by_hand()}


def _balance_text(balance: StockBalance) -> str:
    return (
        f"{balance.on_hand:,} badges on the shelf, {balance.reserved:,} of them set aside for orders:"
        f" {balance.available:,} can be ordered."
    )
