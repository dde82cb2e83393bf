"""The register of complaints about personal data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.rights.forms import FindingsForm, NewComplaintForm, OutcomeForm, SureForm
from accounts.admin.rights.register import AddressedAdmin, StageFilter
from accounts.models import Complaint
from accounts.rights.clock import day_of
from accounts.rights.complaints import (
    AcknowledgedAlready,
    ComplaintOver,
    NotAcknowledged,
    acknowledge_complaint,
    answer_complaint,
    open_complaint,
    record_findings,
)
from accounts.rights.contact import NoWayToAnswer
from accounts.rights.next_steps import after_complaint
from accounts.rights.opening import ReceivedLater
from accounts.rights.register_file import complaints_table
from badgeportal.admin_base import ExtraView


class ComplaintStageFilter(StageFilter):
    stages: ClassVar[Any] = {
        "unacknowledged": ("Not acknowledged", lambda found: found.unacknowledged()),
        "overdue": ("Acknowledgement overdue", lambda found: found.overdue(day_of(timezone.now()))),
        "closed": ("Closed", lambda found: found.closed()),
        "all": ("All", lambda found: found.all()),
    }


@admin.register(Complaint)
class ComplaintAdmin(AddressedAdmin):
    run_permission = "run_complaint"
    file_name = "complaints"
    new_label = "New complaint"
    problems: ClassVar[dict[type[Exception], str]] = {
        ComplaintOver: "A colleague closed the complaint first. Nothing you did was saved",
        AcknowledgedAlready: "A colleague acknowledged it first",
        NotAcknowledged: "Acknowledge it first",
        NoWayToAnswer: "Enter an email address or a postal address for the answer, or the account",
        ReceivedLater: "The day it was received must be today or in the past",
    }
    list_display = ("reference", "received_on", "acknowledge_by", "late", "acknowledged_on", "channel", "outcome")
    list_filter = (ComplaintStageFilter, "channel")
    search_fields = ("pk",)
    search_help_text = "A reference, like DC-00012."
    parts: ClassVar[Any] = (
        (None, ("next", "acknowledge_by")),
        (
            "The complaint",
            ("words", "request", "channel", "received_on", "person", "answer_goes_to"),
        ),
        ("What we did", ("acknowledged_on", "investigated_from", "findings")),
        ("The end", ("outcome", "answer", "closed_at", "closed_by_name")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        found = Complaint.objects.select_related("account", "request")
        return found.order_by(F("closed_at").desc(nulls_first=True), "received_on", "pk")

    @admin.display(description="what to do next")
    def next(self, row: Complaint) -> str:
        return after_complaint(row, today=day_of(timezone.now()))

    @admin.display(description="acknowledge by", ordering="received_on")
    def acknowledge_by(self, row: Complaint) -> str:
        return date_format(row.acknowledge_by)

    @admin.display(description="overdue")
    def late(self, row: Complaint) -> str:
        late = row.is_open and row.acknowledged_on is None and day_of(timezone.now()) > row.acknowledge_by
        return "Yes" if late else "No"

    @admin.display(description="closed by")
    def closed_by_name(self, row: Complaint) -> str:
        return self.who(row) if row.closed_by else ""

    actor_field = "closed_by"

    def extra_views(self) -> list[ExtraView]:
        return [
            ("new/", self.new_view, "new"),
            ("register/", self.register_view, "register"),
            ("<int:pk>/acknowledge/", self.acknowledge_view, "acknowledge"),
            ("<int:pk>/findings/", self.findings_view, "findings"),
            ("<int:pk>/answer/", self.answer_view, "answer"),
        ]

    def steps(self, obj: Complaint) -> Sequence[tuple[str, str]]:
        if not obj.is_open:
            return []
        if obj.acknowledged_on is None:
            return [("acknowledge", "Acknowledge"), ("findings", "Write down what we found")]
        return [("findings", "Write down what we found"), ("answer", "Tell the outcome and close")]

    def table(self) -> Iterable[Sequence[object]]:
        return complaints_table()

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Write down a complaint of somebody who phoned or wrote."""
        self.require_run(request)
        form = NewComplaintForm(request.POST or None)
        opened: list[Complaint] = []
        if form.is_valid() and self.done(
            request, form, lambda given, actor, now: opened.append(
                open_complaint(
                    subject=form.subject(), channel=given["channel"], contact=form.contact(), words=given["words"],
                    received_on=given["received_on"], request_id=given["request"], actor=actor,
                    now=now,
                )
            ),
        ):  # fmt: skip
            messages.success(request, f"{opened[0].reference} is open. Acknowledge it next.")
            return redirect("admin:accounts_complaint_change", opened[0].pk)
        return self.action_form_page(
            request,
            title="New complaint",
            intro="About how personal data is used. Other complaints go to the order they are about.",
            form=form,
            submit_label="Open the complaint",
        )

    def acknowledge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tell the person that we have their complaint."""
        return self.act_page(
            request, pk, "acknowledge", SureForm, done="Acknowledged today.",
            intro="The person is told that we have their complaint. Without an email address, write a letter today.",
            do=lambda given, actor, now: acknowledge_complaint(complaint_id=pk, actor=actor, now=now),
        )  # fmt: skip

    def findings_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep what was found."""
        return self.act_page(
            request, pk, "findings", FindingsForm, done="Saved.",
            intro="For us; the person does not see it here, but may ask for a copy. What was saved before is replaced.",
            do=lambda given, actor, now: record_findings(complaint_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tell the outcome and close."""
        return self.act_page(
            request, pk, "answer", OutcomeForm, done="The complaint is closed, and the person is told the outcome.",
            intro="The person is told the outcome, and how to go on to the Data Protection Officer and the ICO.",
            do=lambda given, actor, now: answer_complaint(complaint_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip
