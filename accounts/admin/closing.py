"""Closing the portal: the plan's page, and a page for each thing a manager decides about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.admin.closing_forms import KeyForm, ScheduleForm, SettleForm, SureForm
from accounts.closing import planning, waiting
from accounts.closing.steps import PLACES, would_go
from accounts.models import ClosingPlan
from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin

_MAY = "close_portal"
_GONE_ON = "Nothing was done: the plan has gone on, or a colleague was first."
_REFUSED: dict[type[Exception], str] = {
    planning.NotNow: _GONE_ON,
    planning.SamePerson: "You scheduled this closing, so another portal manager must confirm it.",
    planning.ConfirmedTooLate: "It is too late to confirm these dates: people would hear of it too late. Call it off and"
    " schedule later ones.",
    waiting.OrderingGoesOn: "Orders can be cancelled only once ordering has stopped.",
}


@admin.register(ClosingPlan)
class ClosingPlanAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "ordering_stops_at", "sign_in_stops_at", "destroyed_from")
    ordering = ("-scheduled_at", "-pk")
    fields = (
        "state", "ordering_stops_at", "sign_in_stops_at", "destroyed_from", "staff_kept_until", "scheduled_at",
        "confirmed_at", "called_off_at", "backup_key_destroyed_at", "started_at", "finished_at",
    )  # fmt: skip
    readonly_fields = fields
    change_form_template = "admin/closing/plan.html"

    @admin.display(description="closing")
    def name(self, plan: ClosingPlan) -> str:
        return f"Closing {plan.pk}"

    def extra_views(self) -> list[ExtraView]:
        return [
            ("schedule/", self.schedule_view, "schedule"),
            ("<int:pk>/confirm/", self.confirm_view, "confirm"),
            ("<int:pk>/call-off/", self.call_off_view, "call_off"),
            ("<int:pk>/settle/", self.settle_view, "settle"),
            ("<int:pk>/cancel-orders/", self.cancel_orders_view, "cancel_orders"),
            ("<int:pk>/backup-key/", self.backup_key_view, "backup_key"),
            ("<int:pk>/dry-run/", self.dry_run_view, "dry_run"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if not self.may(request, _MAY):
            return []
        if obj is None:
            return [(reverse("admin:accounts_closingplan_schedule"), "Schedule the closing")]
        now, tools = timezone.now(), []
        if obj.state == ClosingPlan.State.SCHEDULED and obj.scheduled_by_id != request.user.pk:
            tools.append(("confirm", "Confirm"))
        if obj.ordering_is_off(now) and not obj.is_begun:
            tools.append(("cancel_orders", "Cancel open orders"))
        if obj.state == ClosingPlan.State.CONFIRMED:
            tools.append(("settle", "Settle what is open"))
        if obj.sign_in_is_off(now) and obj.backup_key_destroyed_at is None:
            tools.append(("backup_key", "Record that the backup key is destroyed"))
        if obj.can_be_called_off:
            tools += [("dry_run", "See what would go"), ("call_off", "Call off")]
        return [(reverse(f"admin:accounts_closingplan_{name}", args=[obj.pk]), text) for name, text in tools]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        plan = self.get_object(request, object_id)
        live = isinstance(plan, ClosingPlan) and plan.can_be_called_off
        extra = {"still_open": waiting.still_open(plan) if isinstance(plan, ClosingPlan) and live else []}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def schedule_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the dates and write the plan down."""
        self._require(request)
        form = ScheduleForm(request.POST or None)
        if form.is_valid():
            try:
                plan = planning.schedule_closing(
                    **form.cleaned_data, actor=Actor.user(request.user), now=timezone.now()
                )
            except planning.DatesDoNotFit as fault:
                form.add_error(fault.field, str(fault))
            except planning.PlannedAlready:
                form.add_error(None, "A closing is planned already. Call it off to make another plan")
            else:
                messages.success(request, "Scheduled. Another portal manager must confirm it.")
                return redirect("admin:accounts_closingplan_change", plan.pk)
        return self.action_form_page(
            request,
            title="Schedule the closing of the portal",
            intro="From now on every page says that the portal is to close. A second portal manager has to confirm the plan."
            "\nUntil the destroying begins it can be called off. After that nothing brings the data back.",
            form=form,
            submit_label="Schedule",
        )

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(
            request, pk, planning.confirm_closing, title="Confirm the closing of the portal", submit_label="Confirm",
            intro="Everybody with an account is told by email now and before each date. Ordering and sign-in stop by"
            " themselves, and on the last date the data is destroyed. This cannot be undone once it has begun.",
            done="Confirmed. Everybody with an account is written to.",
        )  # fmt: skip

    def call_off_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(
            request, pk, planning.call_off_closing, title="Call the closing off", submit_label="Call off",
            intro="Ordering goes on, and whoever was told that the portal closes is told that it does not.",
            done="Called off.",
        )  # fmt: skip

    def cancel_orders_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(
            request, pk, waiting.cancel_what_is_open, title="Cancel open orders", submit_label="Cancel these orders",
            intro="Every order that is not packed, and every one that came back, is cancelled and its provider told by email."
            " Orders in a closed batch have to be sent or their batch cancelled first. This cannot be undone.",
            done="The orders are cancelled.",
        )  # fmt: skip

    def backup_key_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(
            request, pk, planning.note_backup_key_destroyed, form_class=KeyForm,
            title="Record that the backup key is destroyed", submit_label="Record",
            intro="Backups are encrypted with BACKUP_KEY. Without the key nobody can open one, wherever copies lie."
            "\nDelete it from the environment of every server, from your store of secrets with its older versions, and"
            " from wherever it was written down. Make no new backup afterwards.",
            done="Recorded.",
        )  # fmt: skip

    def settle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let closing go on without waiting for some open matters, with a reason that is kept."""
        plan = self._plan(request, pk)
        matters = [one for one in waiting.still_open(plan) if not one.matter.by_hand]
        form = SettleForm(request.POST or None, matters=matters)
        if form.is_valid():
            asked = form.cleaned_data
            try:
                count = waiting.settle_for_closing(
                    plan_id=pk, marks=asked["marks"], reason=asked["reason"], actor=Actor.user(request.user),
                    now=timezone.now(),
                )  # fmt: skip
            except planning.NotNow:
                form.add_error(None, _GONE_ON)
            else:
                messages.success(request, f"{count} settled.")
                return redirect("admin:accounts_closingplan_change", pk)
        return self.action_form_page(
            request, title="Settle what is open", form=form, submit_label="Settle", obj=plan,
            intro="Closing waits for these. Finish them if you can. Settle only what need not be waited for.",
        )  # fmt: skip

    def dry_run_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What closing would do now, by table. Nothing is changed."""
        plan = self._plan(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "What would go",
            "opts": self.opts,
            "plan": plan,
            "tables": would_go(plan, now=timezone.now()),
            "places": PLACES.values(),
        }
        return TemplateResponse(request, "admin/closing/dry_run.html", context)

    def _decide(
        self, request: HttpRequest, pk: int, action: Callable[..., object], *, done: str, form_class: Any = SureForm,
        **page: Any,
    ) -> HttpResponse:  # fmt: skip
        """Ask for a tick, do it, and say that it is done or why not."""
        plan = self._plan(request, pk)
        form = form_class(request.POST or None)
        if form.is_valid():
            try:
                action(plan_id=pk, actor=Actor.user(request.user), now=timezone.now())
            except tuple(_REFUSED) as refused:
                form.add_error(None, _REFUSED[type(refused)])
            else:
                messages.success(request, done)
                return redirect("admin:accounts_closingplan_change", pk)
        return self.action_form_page(request, form=form, obj=plan, **page)

    def _plan(self, request: HttpRequest, pk: int) -> ClosingPlan:
        self._require(request)
        return get_object_or_404(ClosingPlan, pk=pk)

    def _require(self, request: HttpRequest) -> None:
        if not self.may(request, _MAY):
            raise PermissionDenied
