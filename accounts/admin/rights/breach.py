"""The breach log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.admin.rights.forms import CloseBreachForm, NewBreachForm, ReportedForm, RiskForm, ToldForm
from accounts.admin.rights.register import RegisterAdmin, StageFilter, moment
from accounts.models import Breach
from accounts.rights.breaches import (
    BreachOver,
    NotInThePast,
    NotYetToBeClosed,
    ReportedAlready,
    SaysNotWhyLate,
    close_breach,
    judge_risk,
    log_breach,
    note_people_told,
    report_breach,
    still_to_do,
)
from accounts.rights.next_steps import after_breach
from accounts.rights.register_file import breaches_table
from badgeportal.admin_base import ExtraView


class BreachStageFilter(StageFilter):
    stages: ClassVar[Any] = {
        "report": ("The ICO may have to be told", lambda found: found.to_report()),
        "overdue": ("72 hours over", lambda found: found.overdue(timezone.now())),
        "closed": ("Closed", lambda found: found.closed()),
        "all": ("All", lambda found: found.all()),
    }


@admin.register(Breach)
class BreachAdmin(RegisterAdmin):
    run_permission = "run_breach"
    file_name = "breaches"
    new_label = "Log a breach"
    actor_field = "logged_by"
    problems: ClassVar[dict[type[Exception], str]] = {
        BreachOver: "A colleague closed it first. Nothing you did was saved",
        NotInThePast: "The time must be in the past, and not before the breach was noticed",
        ReportedAlready: "A colleague noted already that the ICO was told",
        SaysNotWhyLate: "72 hours were over by then. Say why the ICO was told late",
        NotYetToBeClosed: "It cannot be closed yet. See what is still to be done on its page",
    }
    list_display = ("reference", "noticed_at", "report_by", "late", "near_miss", "risk", "reported_at", "closed_at")
    list_filter = (BreachStageFilter, "near_miss", "risk")
    search_fields = ("pk",)
    search_help_text = "A reference, like DB-00012."
    parts: ClassVar[Any] = (
        (None, ("next", "report_by")),
        ("What happened", ("what", "happened_on", "noticed_at", "people", "near_miss", "who")),
        ("The risk", ("risk", "risk_reason")),
        ("Who was told", ("reported_at", "ico_reference", "late_reason", "people_told_at")),
        ("The end", ("measures", "closed_at")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Breach]:
        return Breach.objects.order_by(F("closed_at").desc(nulls_first=True), "noticed_at", "pk")

    @admin.display(description="what to do next")
    def next(self, row: Breach) -> str:
        return after_breach(row, now=timezone.now())

    @admin.display(description="tell the ICO by", ordering="noticed_at")
    def report_by(self, row: Breach) -> str:
        return moment(row.report_by)

    @admin.display(description="overdue")
    def late(self, row: Breach) -> str:
        waiting = row.is_open and row.reported_at is None and row.risk != Breach.Risk.UNLIKELY
        return "Yes" if waiting and timezone.now() > row.report_by else "No"

    def extra_views(self) -> list[ExtraView]:
        return [
            ("new/", self.new_view, "new"),
            ("register/", self.register_view, "register"),
            ("<int:pk>/risk/", self.risk_view, "risk"),
            ("<int:pk>/reported/", self.reported_view, "reported"),
            ("<int:pk>/people/", self.people_view, "people"),
            ("<int:pk>/close/", self.close_view, "close"),
        ]

    def steps(self, obj: Breach) -> Sequence[tuple[str, str]]:
        if not obj.is_open:
            return []
        steps = [("risk", "Judge the risk")]
        if obj.reported_at is None:
            steps.append(("reported", "Note that the ICO was told"))
        if obj.people_told_at is None:
            steps.append(("people", "Note that people were told"))
        return steps if still_to_do(obj) else [*steps, ("close", "Close")]

    def table(self) -> Iterable[Sequence[object]]:
        return breaches_table()

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Write down what happened."""
        self.require_run(request)
        form = NewBreachForm(request.POST or None)
        logged: list[Breach] = []
        if form.is_valid() and self.done(
            request, form, lambda given, actor, now: logged.append(log_breach(**given, actor=actor, now=now))
        ):  # fmt: skip
            messages.success(request, f"{logged[0].reference} is logged. Judge the risk next.")
            return redirect("admin:accounts_breach_change", logged[0].pk)
        return self.action_form_page(
            request,
            title="Log a breach",
            intro="Log every breach, near misses too. From the time it was noticed there are 72 hours to tell the ICO, unless a"
            " risk to people is unlikely.",
            form=form,
            submit_label="Log it",
        )

    def risk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say how high the risk is."""
        return self.act_page(
            request, pk, "risk", RiskForm, done="Saved.",
            intro="Unlikely: the ICO need not be told, and this says why. A risk: the ICO is told. A high risk: the people"
            " are told too.",
            do=lambda given, actor, now: judge_risk(breach_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def reported_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that the ICO was told."""
        return self.act_page(
            request, pk, "reported", ReportedForm, done="Saved.",
            intro="DHSC, as the controller, tells the ICO. Note when.",
            do=lambda given, actor, now: report_breach(breach_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def people_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that the people concerned were told."""
        return self.act_page(
            request, pk, "people", ToldForm, done="Saved.",
            intro="They are told in plain words what happened, what it may mean for them and what they can do.",
            do=lambda given, actor, now: note_people_told(breach_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close with what was done."""
        return self.act_page(
            request, pk, "close", CloseBreachForm, done="Closed.", intro="It stays in the log.",
            do=lambda given, actor, now: close_breach(breach_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip
