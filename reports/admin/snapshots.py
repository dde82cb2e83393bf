"""Snapshots for portal managers: what was published and when, asking for a week that has none, withdrawing one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from reports.admin.forms import WeekForm, WithdrawForm, week_in_words
from reports.models import Snapshot, SnapshotRequest
from reports.snapshots.asking import ask_for_extra_snapshot, withdraw_snapshot
from reports.snapshots.faults import SnapshotFault

_MAY = "publish_snapshot"
_LIST = "admin:reports_snapshot_changelist"


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("of", "version", "published_at", "who", "withdrawn_at")
    ordering = ("-week", "-version")
    actor_field = "published_by"
    fields = ("week", "version", "published_at", "who", "software", "withdrawn_at", "withdrawn_reason")
    readonly_fields = ("who",)

    @admin.display(description="week", ordering="week")
    def of(self, snapshot: Snapshot) -> str:
        return week_in_words(snapshot)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.may(request, _MAY) and request.method == "GET":
            for asked in SnapshotRequest.objects.open():
                level = messages.INFO if asked.tried_at is None else messages.WARNING
                messages.add_message(request, level, _what_became_of(asked))
        return super().changelist_view(request, extra_context)

    def extra_views(self) -> list[ExtraView]:
        return [
            ("ask/", self.ask_view, "ask"),
            ("<int:pk>/withdraw/", self.withdraw_view, "withdraw"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if not self.may(request, _MAY):
            return []
        if obj is None:
            return [(reverse("admin:reports_snapshot_ask"), "Publish an extra week")]
        shown = obj.withdrawn_at is None
        return [(reverse("admin:reports_snapshot_withdraw", args=[obj.pk]), "Withdraw the figures")] if shown else []

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for figures of a week that has none."""
        if not self.may(request, _MAY):
            raise PermissionDenied
        form = WeekForm(request.POST or None)
        if form.is_valid():
            try:
                ask_for_extra_snapshot(
                    week=form.cleaned_data["week"], actor=Actor.user(request.user), now=timezone.now()
                )
            except SnapshotFault as fault:
                form.add_error("week", str(fault))
            else:
                messages.success(request, "The figures are being computed. They will be in this list in a few minutes.")
                return redirect(_LIST)
        return self.action_form_page(
            request,
            title="Publish an extra week",
            intro="Each week is published by itself on Monday morning. Use this for a week whose figures were withdrawn."
            "\nRows stay as they were first published unless they changed a lot, so that nobody can be found by comparing.",
            form=form,
            submit_label="Publish",
        )

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, and withdraw the figures."""
        if not self.may(request, _MAY):
            raise PermissionDenied
        snapshot = self.get_object(request, str(pk))
        if not isinstance(snapshot, Snapshot):
            raise Http404
        form = WithdrawForm(request.POST or None)
        if form.is_valid():
            try:
                withdraw_snapshot(
                    snapshot_id=snapshot.pk,
                    reason=form.cleaned_data["reason"],
                    actor=Actor.user(request.user),
                    now=timezone.now(),
                )
            except SnapshotFault as fault:
                messages.error(request, str(fault))
            else:
                messages.success(request, f"Withdrawn: {week_in_words(snapshot)}.")
            return redirect(_LIST)
        return self.action_form_page(
            request,
            title=f"Withdraw the figures for {week_in_words(snapshot)}",
            intro="Nobody is shown them any more, and they cannot be downloaded. Whoever has a copy keeps it."
            "\nThis cannot be undone. Figures for the week can be published again afterwards.",
            form=form,
            submit_label="Withdraw",
            obj=snapshot,
        )


def _what_became_of(asked: SnapshotRequest) -> str:
    """A sentence about a request that is not met yet."""
    if asked.tried_at is None:
        return f"{asked}: they are being computed."
    tried = date_format(localtime(asked.tried_at), "j F Y, H:i")
    return (
        f"{asked} could not be published on {tried}, because {asked.get_fault_display()}. What was published before stays."
        " It is tried again every hour. If it fails for a day, tell whoever runs the portal."
    )
