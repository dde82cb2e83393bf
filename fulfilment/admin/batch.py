"""Batches for staff: make one, look at what will be printed, close it, take its files, send it, or take it apart."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView
from badgeportal.staff_csv import csv_download
from fulfilment.admin.batch_page import held_for_address, shown
from fulfilment.admin.forms import ConfirmForm, HandoverForm, NewBatchForm
from fulfilment.admin.pages import ActionPages, Outcome, number
from fulfilment.batches import create_batch, take_out_of_batch, take_out_what_cannot_go
from fulfilment.dx_file import download_dx_file, download_pick_list
from fulfilment.handover import staying_behind, take_out_of_handover
from fulfilment.models import Batch, Consignment
from fulfilment.releasing import orders_held_for_address, release_addresses_that_fit
from fulfilment.sending import cancel_batch, close_batch, mark_batch_sent
from orders.lifecycle import Who
from orders.models import Order

RUN = "run_batches"


@admin.register(Batch)
class BatchAdmin(ActionPages):
    """The page of a batch shows names and addresses: every view of it is recorded, for each order shown."""

    list_display = ("__str__", "stands", "created_at", "orders_count", "badges_count", "closed_at", "sent_at")
    list_filter = ("state",)
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("state", "orders_count", "badges_count")}),
        (
            "When",
            {"classes": ("collapse",), "fields": ("created_at", "who", "closed_at", "sent_at", "cancelled_at")},
        ),
        ("File for DX", {"classes": ("collapse",), "fields": ("layout_version", "file_sha256")}),
    )
    readonly_fields = ("layout_version", "who")
    actor_field = "created_by"
    change_form_template = "fulfilment/admin_batch.html"

    @admin.display(description="state", ordering="state")
    def stands(self, batch: Batch) -> str:
        """The state without what to do next, which the page of the batch says."""
        return batch.get_state_display().partition(":")[0]

    @admin.display(description="layout")
    def layout_version(self, batch: Batch) -> str:
        return batch.layout.get("version", "") or "none yet"

    def extra_views(self) -> list[ExtraView]:
        return [
            ("create/", self.create_page, "create"),
            ("addresses/", self.addresses_page, "addresses"),
            ("release/", self.release_page, "release"),
            ("<int:object_id>/close/", self.close_page, "close"),
            ("<int:object_id>/take-out/", self.take_out_page, "take_out"),
            ("<int:object_id>/take-out/<int:consignment_id>/", self.take_one_out_page, "take_one_out"),
            ("<int:object_id>/dx-file/", self.dx_file_page, "dx_file"),
            ("<int:object_id>/pick-list/", self.pick_list_page, "pick_list"),
            ("<int:object_id>/handover/", self.handover_page, "handover"),
            ("<int:object_id>/sent/", self.sent_page, "sent"),
            ("<int:object_id>/cancel/", self.cancel_page, "cancel"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        """What can be done with the batch as it stands, by those who may."""
        if not self.may(request, RUN):
            return []
        if obj is None:
            tools = (("create", "Create a batch"), ("addresses", "Addresses that do not fit"))
            return [(reverse(f"admin:fulfilment_batch_{name}"), text) for name, text in tools]
        files = (("dx_file", "DX file"), ("pick_list", "Pick list"))
        offered = {
            Batch.State.OPEN: (("close", "Close the batch"), ("cancel", "Cancel the batch")),
            Batch.State.CLOSED: (*files, ("sent", "Mark sent"), ("cancel", "Cancel the batch")),
            Batch.State.SENT: files,
        }
        return [
            (reverse(f"admin:fulfilment_batch_{name}", args=[obj.pk]), text)
            for name, text in offered.get(Batch.State(obj.state), ())
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        batch = self.get_object(request, object_id)
        contents = shown(request, batch) if batch is not None and self.has_view_permission(request, batch) else None
        staying = list(staying_behind(batch)) if contents is not None and batch is not None else []
        extra = {
            "contents": contents,
            "may_run": self.may(request, RUN),
            "staying_behind": staying,
            **(extra_context or {}),
        }
        response = super().change_view(request, object_id, form_url, extra)
        if contents is not None:
            self.record_view(request, contents.orders, "batch_page")
        return response

    def create_page(self, request: HttpRequest) -> HttpResponse:
        if not self.may(request, RUN):
            raise PermissionDenied
        form = NewBatchForm(request.POST if request.method == "POST" else None)
        waiting, held = Order.objects.awaiting_dispatch().count(), orders_held_for_address().count()

        def create() -> Outcome:
            run = create_batch(limit=form.cleaned_data["limit"], **_by(request))
            misfits = number(len(run.held), "address does not fit and is held", "addresses do not fit and are held")
            if run.batch is None:
                nothing = "Nothing to send: no order is verified and free. No batch was made."
                return f"{nothing} {misfits}." if run.held else nothing, reverse("admin:fulfilment_batch_changelist")
            done = f"{run.batch} has {number(run.orders, 'order', 'orders')}, {number(run.badges, 'badge', 'badges')}."
            return f"{done} {misfits}." if run.held else done, _page(run.batch)

        return self.ask(
            request, form=form, action=create, back=reverse("admin:fulfilment_batch_changelist"),
            title="Create a batch", submit_label="Create the batch",
            intro=f"{number(waiting, 'verified order waits', 'verified orders wait')}."
            f" {number(held, 'order is', 'orders are')} held because the address does not fit the label.",
        )  # fmt: skip

    def addresses_page(self, request: HttpRequest) -> HttpResponse:
        """Orders held because their address does not fit, with the reason; each view is recorded."""
        if not self.may(request, RUN):
            raise PermissionDenied
        page, rows = held_for_address(request)
        self.record_view(request, [row.order for row in rows], "addresses_that_do_not_fit")
        context = {
            **self.admin_site.each_context(request),
            "title": "Addresses that do not fit",
            "opts": self.opts,
            "rows": rows,
            "page": page,
        }
        return TemplateResponse(request, "fulfilment/admin_addresses.html", context)

    def release_page(self, request: HttpRequest) -> HttpResponse:
        if not self.may(request, RUN):
            raise PermissionDenied
        back = reverse("admin:fulfilment_batch_addresses")

        def release() -> Outcome:
            released = release_addresses_that_fit(actor=Actor.user(request.user), now=timezone.now())
            return f"{number(released, 'order goes', 'orders go')} on.", back

        return self.ask(
            request, form=_confirm(request), action=release, back=back, cancel_url=back,
            title="Let those go on that fit now", submit_label="Let them go on",
            intro="Orders whose address was corrected, or fits the layout that is set now, wait for the next batch.",
        )  # fmt: skip

    def close_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self.wanted(request, object_id, RUN)

        def close() -> Outcome:
            closed = close_batch(batch_id=batch.pk, actor=Actor.user(request.user), now=timezone.now())
            return f"{closed} is closed. Its file for DX and its pick list are ready.", _page(batch)

        return self._ask(
            request, batch, close, title="Close the batch", submit_label="Close the batch",
            intro="Names and addresses are frozen as the preview shows them. Nothing goes in or out after that.",
        )  # fmt: skip

    def take_out_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self.wanted(request, object_id, RUN)

        def take_out() -> Outcome:
            count = take_out_what_cannot_go(batch_id=batch.pk, **_by(request))
            return f"{number(count, 'order was', 'orders were')} taken out of {batch}.", _page(batch)

        return self._ask(
            request, batch, take_out, title="Take out what cannot go", submit_label="Take them out",
            intro="They are verified again. Those whose address does not fit are held until it is corrected.",
        )  # fmt: skip

    def take_one_out_page(self, request: HttpRequest, object_id: int, consignment_id: int) -> HttpResponse:
        batch = self.wanted(request, object_id, RUN)

        def take_out() -> Outcome:
            try:
                take_out_of_batch(consignment_id=consignment_id, **_by(request))
            except Consignment.DoesNotExist:
                return "That order is not in the batch any more.", _page(batch)
            return f"The order was taken out of {batch} and waits for the next one.", _page(batch)

        return self._ask(
            request, batch, take_out, title="Take one order out", submit_label="Take it out",
            intro="The order is verified again and waits for the next batch. To stop it, hold or cancel the order then.",
        )  # fmt: skip

    def dx_file_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self.wanted(request, object_id, RUN)

        def download() -> Outcome:
            content = download_dx_file(batch=batch, actor=Actor.user(request.user), now=timezone.now())
            return csv_download(content, f"dx-batch-{batch.pk}.csv")

        return self._ask(
            request, batch, download, title="DX file", submit_label="Download the DX file",
            intro=f"Names and addresses of {number(batch.orders_count, 'person', 'people')}, for DX and nobody else."
            " Your download is recorded. Delete your copy once DX has it: the same file can be made again.",
        )  # fmt: skip

    def pick_list_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self.wanted(request, object_id, RUN)

        def download() -> Outcome:
            content = download_pick_list(batch=batch, actor=Actor.user(request.user), now=timezone.now())
            return csv_download(content, f"pick-list-batch-{batch.pk}.csv")

        return self._ask(
            request, batch, download, title="Pick list", submit_label="Download the pick list",
            intro="References and numbers of badges for the warehouse, without names.",
        )  # fmt: skip

    def sent_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self.wanted(request, object_id, RUN)

        def sent() -> Outcome:
            count = mark_batch_sent(batch_id=batch.pk, **_by(request))
            return f"{batch} is sent: {number(count, 'order is', 'orders are')} on the way.", _page(batch)

        return self._ask(
            request, batch, sent, title="Mark the batch sent", submit_label="Mark sent",
            intro="Do this once DX has the file. Every provider in it gets an email, and what DX was told is recorded."
            + _erased_since(batch),
        )  # fmt: skip

    def handover_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Which parcels must stay behind, and taking them out of the closed batch."""
        batch = self.wanted(request, object_id, RUN)
        staying = list(staying_behind(batch))
        form = HandoverForm(request.POST if request.method == "POST" else None)
        references = ", ".join(parcel.reference for parcel in staying) or "none any more"

        def take_out() -> Outcome:
            count = take_out_of_handover(
                batch_id=batch.pk, dx_has_the_file=form.cleaned_data["dx_has_the_file"] == "yes", **_by(request)
            )
            return f"{number(count, 'parcel stays', 'parcels stay')} behind. The batch has new files.", _page(batch)

        return self.ask(
            request, form=form, action=take_out, back=_page(batch), obj=batch, title="Take out of the handover",
            submit_label="Take them out",
            intro=f"Their data may not be used now, so these parcels must not go to DX: {references}.\nTake them off the pallet"
            " first. Their orders wait until the limit has ended, and the file for DX and the pick list are made again without"
            " them.",
        )  # fmt: skip

    def cancel_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self.wanted(request, object_id, RUN)

        def cancel() -> Outcome:
            count = cancel_batch(batch_id=batch.pk, **_by(request))
            return f"{batch} is cancelled: {number(count, 'order waits', 'orders wait')} again.", _page(batch)

        return self._ask(
            request, batch, cancel, title="Cancel the batch", submit_label="Cancel the batch",
            intro="Its orders wait for another batch. Cancel only if DX has not got the file: the same orders would go twice.",
        )  # fmt: skip

    def _ask(self, request: HttpRequest, batch: Batch, action: Any, **page: Any) -> HttpResponse:
        return self.ask(request, form=_confirm(request), action=action, back=_page(batch), obj=batch, **page)


def _confirm(request: HttpRequest) -> BaseForm:
    return ConfirmForm(request.POST if request.method == "POST" else None)


def _page(batch: Batch) -> str:
    return reverse("admin:fulfilment_batch_change", args=[batch.pk])


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": Actor.user(request.user), "by": Who.STAFF, "now": timezone.now()}


def _erased_since(batch: Batch) -> str:
    """What the officer must know of people who were erased after the batch was closed; empty when there are none."""
    parcels = [parcel.reference for parcel in batch.consignments.live().of_erased_people().order_by("pk")]
    if not parcels:
        return ""
    return (
        "\nSomebody in it was erased after it was closed, so its file cannot be made again. If DX has the file, mark it sent and"
        f" tell DX to delete the name and address of these parcels once they are delivered: {', '.join(parcels)}. If DX has not,"
        " cancel the batch: these orders are cancelled, and the others go into the next one."
    )
