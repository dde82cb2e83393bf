"""Orders for staff: find one, see what happened to it, cancel, hold, lift a hold, correct the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from orders.admin.forms import CancelForm, ConfirmForm, CorrectAddressForm
from orders.cancelling import can_be_cancelled, cancel_order
from orders.correcting import ADDRESS_FIELDS, CORRECTABLE_STATES, correct_delivery_address
from orders.holding import HOLDABLE_STATES, OrderCannotBeHeld, OrderIsNotHeld, hold_order, lift_hold
from orders.lifecycle import State, Who
from orders.models import Order, OrderEvent
from orders.moves import OrderCannotMove
from orders.restricting import can_correct
from orders.search import matching

_AT_THEIR_WORD = "Correct it only at the word of the provider. The history says that it was corrected, and by whom."
_SAME_ADDRESS = "Another name, or another way to set out the same address, needs no new check."
# What is said before anything is saved, where a correction brings the order back to be checked.
_CHECKED_AGAIN: dict[str, str] = {
    State.VERIFIED: "\n\nThis order is verified. If you change line 1 of the address or the postcode, it goes back to be checked"
    f" at the new address before we pack it. {_SAME_ADDRESS}",
    State.RETURNED: "\n\nThis parcel came back. If you change line 1 of the address or the postcode, the order is checked at the"
    f" new address once you choose to send it again. {_SAME_ADDRESS}",
}


class OrderEventInline(admin.TabularInline):
    model = OrderEvent
    template = "admin/orders/history.html"
    fields = ("at", "kind", "from_state", "to_state", "reason", "actor")
    readonly_fields = fields
    ordering = ("-at", "-pk")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Every page here shows personal data, so every view of one is recorded."""

    records_personal_views = True
    list_display = ("reference", "placed_at", "state", "quantity", "organisation_name", "cqc_registered", "hold")
    list_filter = ("state", "hold", "cqc_registered", "organisation_type", "placed_at")
    ordering = ("-placed_at", "-pk")
    # No other column has an index that a list of every order there is could be sorted by.
    sortable_by = ("placed_at",)
    # Django shows its search box only with a field; `get_search_results` does the looking.
    search_fields = ("reference",)
    search_help_text = (
        "A reference, whole email address or postcode, ODS code, parcel number, or words of the organisation's name."
    )
    inlines = (OrderEventInline,)
    fieldsets = (
        (None, {"fields": ("reference", "state", "state_changed_at", "placed_at", "hold", "held_at")}),
        ("Who ordered", {"fields": ("account", "account_email", "organisation_name", "organisation_type", "phone")}),
        (
            "What they said",
            {
                "fields": (
                    *("quantity", "cqc_registered", "changed_cqc_answer"),
                    *("ods_code", "location_id", "provider_id", "listing_denied"),
                )
            },
        ),
        ("Where it goes", {"fields": ADDRESS_FIELDS}),
        ("Refusal", {"fields": ("refusal_reason", "refused_by")}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).select_related("account", "refused_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(str(name) for _, options in self.fieldsets for name in options["fields"])

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(matching(search_term)), False

    @admin.display(description="Email address of the account")
    def account_email(self, order: Order) -> str:
        return order.account.email or "erased"

    def extra_views(self) -> list[ExtraView]:
        return [
            ("<int:object_id>/cancel/", self.cancel_page, "cancel"),
            ("<int:object_id>/hold/", self.hold_page, "hold"),
            ("<int:object_id>/lift-hold/", self.lift_hold_page, "lift_hold"),
            ("<int:object_id>/address/", self.address_page, "address"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        """What this person may do to this order as it stands."""
        if obj is None:
            return []
        restricted = obj.is_restricted
        offered = (
            ("address", "Correct the address", "correct_order", obj.state in CORRECTABLE_STATES),
            ("hold", "Hold", "hold_order", not obj.is_held and obj.state in HOLDABLE_STATES),
            ("lift_hold", "Lift the hold", "hold_order", obj.is_held),
            ("cancel", "Cancel the order", "cancel_order", can_be_cancelled(obj, by=Who.STAFF)),
        )
        return [
            (reverse(f"admin:orders_order_{name}", args=[obj.pk]), text)
            for name, text, codename, possible in offered
            if possible and self.may(request, codename) and (not restricted or (name == "address" and can_correct(obj)))
        ]

    def restricted_account(self, obj: Any) -> Any:
        return obj

    def cancel_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        order = self._order(request, object_id, "cancel_order")
        form = CancelForm(request.POST or None)

        def cancel() -> None:
            reason = form.cleaned_data["reason"]
            cancel_order(order=order, by=Who.STAFF, actor=Actor.user(request.user), now=timezone.now(), reason=reason)

        return self._ask(
            request, order, form, cancel, title="Cancel the order", submit_label="Cancel the order",
            intro="Its badges go back into stock, and the provider is told by email.", done="is cancelled",
        )  # fmt: skip

    def hold_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        order = self._order(request, object_id, "hold_order")
        return self._ask(
            request, order, ConfirmForm(request.POST or None),
            lambda: hold_order(order=order, actor=Actor.user(request.user), now=timezone.now()),
            title="Hold the order", submit_label="Hold the order",
            intro="It stays where it is until a person lifts the hold. The provider gets no email.", done="is held",
        )  # fmt: skip

    def lift_hold_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        order = self._order(request, object_id, "hold_order")
        return self._ask(
            request, order, ConfirmForm(request.POST or None),
            lambda: lift_hold(order=order, actor=Actor.user(request.user), now=timezone.now()),
            title="Lift the hold", submit_label="Lift the hold",
            intro=f"It is held because: {order.get_hold_display() or 'it is not held'}. It will go on where it stands.",
            done="is no longer held",
        )  # fmt: skip

    def address_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        order = self._order(request, object_id, "correct_order")
        form = CorrectAddressForm(request.POST or None, initial={name: getattr(order, name) for name in ADDRESS_FIELDS})

        def correct() -> None:
            actor, now = Actor.user(request.user), timezone.now()
            if correct_delivery_address(order=order, address=form.cleaned_data, actor=actor, now=now):
                messages.info(request, "It is another address, so the order went back to be checked.")

        # The page shows the address before anything is done.
        self.record_view(request, [order], "order_address")
        return self._ask(
            request, order, form,
            correct,
            title="Correct the delivery address", submit_label="Save the address",
            intro=f"{_AT_THEIR_WORD}{_CHECKED_AGAIN.get(order.state, '')}", done="has its corrected address",
        )  # fmt: skip

    def _order(self, request: HttpRequest, object_id: int, codename: str) -> Order:
        if not self.may(request, codename):
            raise PermissionDenied
        order = self.get_object(request, str(object_id))
        if order is None:
            raise Http404
        return order

    def _ask(
        self, request: HttpRequest, order: Order, form: BaseForm, action: Callable[[], None], *, done: str, **page: Any
    ) -> HttpResponse:
        """Show `form`, or do `action` once it is filled in; a colleague who was first is told of, and nothing changes."""
        if request.method != "POST" or not form.is_valid():
            return self.action_form_page(request, form=form, obj=order, **page)
        try:
            action()
        except (OrderCannotMove, OrderCannotBeHeld, OrderIsNotHeld):
            order.refresh_from_db()
            messages.error(request, f"Nothing was changed: {order.reference} is now “{order.get_state_display()}”.")
        else:
            messages.success(request, f"{order.reference} {done}.")
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
