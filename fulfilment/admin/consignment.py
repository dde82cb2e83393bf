"""Parcels for staff: find one, see what DX says of it, and say what becomes of one that came back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView
from fulfilment.admin.forms import ConfirmForm
from fulfilment.admin.pages import ActionPages, Outcome
from fulfilment.models import Consignment
from fulfilment.returns import cancel_returned, record_return, send_again
from fulfilment.service_desk import erasing, pages
from fulfilment.tracking.link import tracking_link
from orders.lifecycle import State

RESEND = "resend_consignment"


class WhereFilter(admin.SimpleListFilter):
    title = "where it is"
    parameter_name = "where"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("back", "Came back, waits for a decision"), ("on_its_way", "On its way"), ("delivered", "Delivered")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = {
            "back": queryset.awaiting_decision,
            "on_its_way": queryset.on_its_way,
            "delivered": queryset.delivered,
        }.get(self.value() or "")
        return asked() if asked else queryset


@admin.register(Consignment)
class ConsignmentAdmin(ActionPages):
    """The page of a parcel shows a name and an address; its views are recorded for the order it is for."""

    records_personal_views = True
    list_display = (
        "reference",
        "order",
        "batch",
        "dx",
        "order_state",
        "sent",
        "delivered",
        "came_back",
    )
    list_filter = (WhereFilter,)
    list_select_related = ("order", "batch")
    ordering = ("-pk",)
    # Django shows its search box only with a field; `get_search_results` does the looking.
    search_fields = ("reference",)
    search_help_text = "A parcel's whole reference, DX's consignment number, or an order's reference."
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("reference", "order", "batch", "quantity", "counts")}),
        ("On the label", {"fields": ("label",)}),
        ("At DX", {"fields": ("dx_number", "dx_link", "dispatched_at", "delivered_at", "returned_at", "events")}),
    )
    readonly_fields = ("counts", "label", "dx_link", "events")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consignment]:
        return super().get_queryset(request).select_related("order__account", "batch")

    def restricted_account(self, obj: Any) -> Any:
        return obj.order

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Consignment], search_term: str
    ) -> tuple[QuerySet[Consignment], bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False  # type: ignore[attr-defined]

    def personal_subjects(self, objects: list[models.Model]) -> list[models.Model]:
        return [parcel.order for parcel in objects if isinstance(parcel, Consignment)]

    @admin.display(description="DX number", ordering="dx_number")
    def dx(self, parcel: Consignment) -> str:
        return parcel.dx_number

    @admin.display(description="sent", ordering="dispatched_at")
    def sent(self, parcel: Consignment) -> Any:
        return parcel.dispatched_at

    @admin.display(description="delivered", ordering="delivered_at")
    def delivered(self, parcel: Consignment) -> Any:
        return parcel.delivered_at

    @admin.display(description="came back", ordering="returned_at")
    def came_back(self, parcel: Consignment) -> Any:
        return parcel.returned_at

    @admin.display(description="order is", ordering="order__state")
    def order_state(self, parcel: Consignment) -> str:
        return parcel.order.get_state_display()

    @admin.display(description="counts")
    def counts(self, parcel: Consignment) -> str:
        return "Yes" if parcel.live else "No: its batch was cancelled, or the parcel came back"

    @admin.display(description="name and address")
    def label(self, parcel: Consignment) -> str:
        if parcel.anonymised_at:
            return "erased"
        columns = parcel.batch.layout.get("columns", [])
        texts = [parcel.frozen_lines.get(column["field"], "") for column in columns if column["field"] != "reference"]
        return ", ".join(text for text in texts if text) or "not frozen: its batch is open or was cancelled"

    @admin.display(description="track")
    def dx_link(self, parcel: Consignment) -> SafeString | str:
        link = tracking_link(parcel)
        if not link:
            return "no consignment number yet"
        return format_html('<a href="{}" rel="noreferrer">This parcel on the DX website</a>', link)

    @admin.display(description="what DX says")
    def events(self, parcel: Consignment) -> str:
        said = [
            f"{timezone.localtime(event.at):%-d %B %Y %H:%M} {event.get_kind_display()}"
            for event in parcel.tracking_events.all()
        ]
        return "\n".join(said) or "nothing yet"

    def extra_views(self) -> list[ExtraView]:
        return [
            ("find/", pages.find_view, "find"),
            ("erase-listed-address/", erasing.erase_inbox_view, "erase_inbox"),
            ("erase-recipient/<int:pk>/", erasing.erase_recipient_view, "erase_recipient"),
            ("find/<int:pk>/", pages.person_view, "person"),
            ("find/<int:pk>/emails/<int:message_id>/send-again/", pages.resend_view, "resend"),
            ("<int:object_id>/came-back/", self.came_back_page, "came_back"),
            ("<int:object_id>/send-again/", self.send_again_page, "send_again"),
            ("<int:object_id>/cancel/", self.cancel_page, "cancel"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if obj is None or not self.may(request, RESEND):
            return []
        state = obj.order.state
        offered = (
            ("came_back", "It came back", obj.live and state == State.DISPATCHED),
            ("send_again", "Send again", obj.returned_at and state == State.RETURNED),
            ("cancel", "Cancel the order", obj.returned_at and state == State.RETURNED),
        )
        address = "admin:fulfilment_consignment_{}"
        return [(reverse(address.format(name), args=[obj.pk]), text) for name, text, possible in offered if possible]

    def came_back_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def action(parcel: Consignment, **by: Any) -> str:
            record_return(consignment_id=parcel.pk, **by)
            return f"{parcel.reference} is back. Say next whether it is sent again."

        return self._ask(
            request, object_id, action, title="The parcel came back", submit_label="It is back",
            intro="Use this when the parcel is in the warehouse and DX has not said so. The provider gets an email.",
        )  # fmt: skip

    def send_again_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def action(parcel: Consignment, **by: Any) -> str:
            send_again(order=parcel.order, **by)
            return f"{parcel.order.reference} waits for the next batch."

        return self._ask(
            request, object_id, action, title="Send the order again", submit_label="Send again",
            intro="It goes with the next batch, to the address on the order. Correct the address there first if it is wrong.",
        )  # fmt: skip

    def cancel_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def action(parcel: Consignment, **by: Any) -> str:
            cancel_returned(order=parcel.order, **by)
            return f"{parcel.order.reference} is cancelled and its badges are back in stock."

        return self._ask(
            request, object_id, action, title="Cancel the order", submit_label="Cancel the order",
            intro="The badges go back into stock and the provider gets an email.",
        )  # fmt: skip

    def _ask(self, request: HttpRequest, object_id: int, action: Any, **page: Any) -> HttpResponse:
        parcel = self.wanted(request, object_id, RESEND)
        back = reverse("admin:fulfilment_consignment_change", args=[parcel.pk])

        def act() -> Outcome:
            return action(parcel, actor=Actor.user(request.user), now=timezone.now()), back

        form = ConfirmForm(request.POST if request.method == "POST" else None)
        return self.ask(request, form=form, action=act, back=back, obj=parcel, **page)
