"""The register of data requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.rights.forms import ExtendForm, MeetForm, NewRequestForm, QuestionForm, RefuseForm, SureForm
from accounts.admin.rights.limiting import LimitingPages
from accounts.admin.rights.register import AddressedAdmin, StageFilter, lines, moment
from accounts.models import DataRequest, User
from accounts.restricting import NotRestricted
from accounts.rights.answering import (
    ExtendedAlready,
    FirstMonthOver,
    extend,
    meet_request,
    refuse_request,
    withdraw_request,
)
from accounts.rights.clock import day_of
from accounts.rights.contact import NoWayToAnswer
from accounts.rights.history import ClockNotStarted, RequestOver
from accounts.rights.next_steps import after_request
from accounts.rights.opening import IdentityNotAsked, OpenAlready, ReceivedLater, confirm_identity, open_request
from accounts.rights.pausing import NoQuestionOpen, QuestionOpen, pause_clock, resume_clock
from accounts.rights.register_file import requests_table
from badgeportal.admin_base import ExtraView
from badgeportal.inventory import order_names
from badgeportal.who_acted import names_of

_SOON = timedelta(days=7)


class ClockFilter(StageFilter):
    title = "clock"
    stages: ClassVar[Any] = {
        "due": ("Due within 7 days", lambda found: found.due_by(day_of(timezone.now()) + _SOON)),
        "overdue": ("Overdue", lambda found: found.overdue(day_of(timezone.now()))),
        "paused": ("Waiting for the person’s answer", lambda found: found.paused()),
        "identity": ("Waiting to know who asks", lambda found: found.without_identity()),
        "closed": ("Closed", lambda found: found.closed()),
        "all": ("All", lambda found: found.all()),
    }


@admin.register(DataRequest)
class DataRequestAdmin(LimitingPages, AddressedAdmin):
    run_permission = "run_datarequest"
    file_name = "data-requests"
    new_label = "New data request"
    problems: ClassVar[dict[type[Exception], str]] = {
        OpenAlready: "This person has an open request of this kind already",
        NoWayToAnswer: "Enter an email address or a postal address for the answer, or the account",
        ReceivedLater: "The day it was received must be today or in the past",
        IdentityNotAsked: "There is nothing to confirm",
        QuestionOpen: "The person has not answered the last question",
        NoQuestionOpen: "There is no question that waits for an answer",
        ClockNotStarted: "Find out first who asks",
        ExtendedAlready: "It has been extended already; the law gives no more time",
        FirstMonthOver: "The first month is over, so it can no longer be extended. Answer it now",
        NotRestricted: "The use of their data is not limited any more",
        RequestOver: "A colleague closed the request first. Nothing you did was saved",
    }
    list_display = ("reference", "kind", "due", "late", "channel", "received_on", "state")
    list_filter = (ClockFilter, "kind", "channel")
    search_fields = ("pk",)
    search_help_text = "A reference, like DR-00012."
    parts: ClassVar[Any] = (
        (None, ("next", "state", "due")),
        ("What is asked for", ("kind", "ground", "words", "channel", "received_on", "person", "orders", "answer_goes_to")),
        ("The clock", (
            "identity_asked_on", "identity_confirmed_on", "starts_on", "first_due_on", "questions", "extended_on",
            "extension_reason", "extension_text",
        )),
        ("Others who were given the data", ("tell_recipients", "recipients_told_on")),
        ("The limit of a recipient without an account", ("limited_at", "limit_ends_on")),
        ("The end", ("closed_at", "refusal_reason", "answer")),
        ("What happened", ("history",)),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataRequest]:
        return DataRequest.objects.select_related("account").prefetch_related("pauses").most_urgent_first()

    @admin.display(description="what to do next")
    def next(self, row: DataRequest) -> str:
        return after_request(row, today=day_of(timezone.now()))

    @admin.display(description="orders addressed to them")
    def orders(self, row: DataRequest) -> str:
        return ", ".join(order_names().name(row.order_ids)) if row.order_ids else "none"

    @admin.display(description="answer due by", ordering="due_on")
    def due(self, row: DataRequest) -> str:
        if row.due_on is None:
            return "not known before we know who asks"
        standing = any(pause.to_on is None and pause.stops_clock for pause in row.pauses.all())
        return "the clock stands" if standing and row.is_open else date_format(row.due_on)

    @admin.display(description="overdue")
    def late(self, row: DataRequest) -> str:
        standing = any(pause.to_on is None and pause.stops_clock for pause in row.pauses.all())
        late = row.is_open and not standing and row.due_on is not None and row.due_on < day_of(timezone.now())
        return "Yes" if late else "No"

    @admin.display(description="questions to the person")
    def questions(self, row: DataRequest) -> Any:
        return lines(
            f"{pause.from_on:%d/%m/%Y} to {f'{pause.to_on:%d/%m/%Y}' if pause.to_on else 'now'}"
            f"{', the clock stood' if pause.stops_clock else ', the clock went on'}: {pause.question or 'erased'}"
            for pause in row.pauses.all()
        )

    @admin.display(description="history")
    def history(self, row: DataRequest) -> Any:
        events = list(row.events.all())
        names = names_of(event.actor for event in events)
        return lines(f"{moment(e.at)}: {e.get_kind_display()}, {names[e.actor]}" for e in events)

    def extra_views(self) -> list[ExtraView]:
        return [
            ("new/", self.new_view, "new"),
            ("register/", self.register_view, "register"),
            ("<int:pk>/identity/", self.identity_view, "identity"),
            ("<int:pk>/ask/", self.ask_view, "ask"),
            ("<int:pk>/answered/", self.answered_view, "answered"),
            ("<int:pk>/extend/", self.extend_view, "extend"),
            ("<int:pk>/meet/", self.meet_view, "meet"),
            ("<int:pk>/refuse/", self.refuse_view, "refuse"),
            ("<int:pk>/withdraw/", self.withdraw_view, "withdraw"),
            *self.limiting_views(),
        ]

    def steps(self, obj: DataRequest) -> Sequence[tuple[str, str]]:
        limiting = self.limiting_steps(obj)
        if not obj.is_open:
            return limiting
        over = [("refuse", "Refuse"), ("withdraw", "Close as withdrawn")]
        if obj.due_on is None:
            return [("identity", "Confirm identity"), *over]
        asking = any(pause.to_on is None for pause in obj.pauses.all())
        steps = [("answered", "Note the answer to the question") if asking else ("ask", "Ask the person a question")]
        if obj.can_be_extended and obj.first_due_on and day_of(timezone.now()) <= obj.first_due_on:
            steps.append(("extend", "Take two more months"))
        return [*limiting, *steps, ("meet", "Mark as met"), *over]

    def table(self) -> Iterable[Sequence[object]]:
        return requests_table()

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Write down a request of somebody who phoned or wrote."""
        self.require_run(request)
        form = NewRequestForm(request.POST) if request.method == "POST" else NewRequestForm(initial=_whose(request))
        opened: list[DataRequest] = []
        if form.is_valid() and self.done(
            request, form, lambda given, actor, now: opened.append(
                open_request(
                    kind=given["kind"], subject=form.subject(), channel=given["channel"], contact=form.contact(),
                    words=given["words"], received_on=given["received_on"],
                    identity_known=given["identity"] == "known", actor=actor, now=now,
                )
            ),
        ):  # fmt: skip
            messages.success(request, f"{opened[0].reference} is open.")
            return redirect("admin:accounts_datarequest_change", opened[0].pk)
        return self.action_form_page(
            request,
            title="New data request",
            intro="For a person who phones or writes. They get an email that says by when we answer.",
            form=form,
            submit_label="Open the request",
        )

    def identity_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm that we know who asks."""
        return self.act_page(
            request, pk, "identity", SureForm, done="The clock runs from today.",
            intro="You are sure that the person is who they say. The month begins today and they are told by when we answer.",
            do=lambda given, actor, now: confirm_identity(request_id=pk, actor=actor, now=now),
        )  # fmt: skip

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the person what they mean."""
        return self.act_page(
            request, pk, "ask", QuestionForm, done="The question is on its way.",
            intro="Ask only what you cannot begin without. For a request for a copy the clock stands until the answer; for"
            " others the day stays the same.",
            do=lambda given, actor, now: pause_clock(request_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def answered_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that the answer came."""
        return self.act_page(
            request, pk, "answered", SureForm, done="Noted. The clock runs.",
            intro="The person answered today. If the day of our answer moves, they are told the new one.",
            do=lambda given, actor, now: resume_clock(request_id=pk, actor=actor, now=now),
        )  # fmt: skip

    def extend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take two further months."""
        return self.act_page(
            request, pk, "extend", ExtendForm, done="The person is told the new day and why.",
            intro="Only if the request is complex, or the person has made a number of them. It can be done once.",
            do=lambda given, actor, now: extend(request_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def meet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close as met."""
        return self.act_page(
            request, pk, "meet", MeetForm, done="The request is met, and the person is told.",
            intro="What the person asked for has been done. This button only says so: it changes no data of theirs.",
            do=lambda given, actor, now: meet_request(request_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Refuse, with the reason."""
        return self.act_page(
            request, pk, "refuse", RefuseForm, done="The request is refused, and the person is told why.",
            intro="The person is told why, and how to complain to the Data Protection Officer and the ICO.",
            do=lambda given, actor, now: refuse_request(request_id=pk, actor=actor, now=now, **given),
        )  # fmt: skip

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close because the person does not want it any more."""
        return self.act_page(
            request, pk, "withdraw", SureForm, done="The request is closed.",
            intro="The person told you that they do not want this any more. They get an email that says so.",
            do=lambda given, actor, now: withdraw_request(request_id=pk, actor=actor, now=now),
        )  # fmt: skip


def _whose(request: HttpRequest) -> dict[str, str]:
    """The address of the account that a person's page sent here by its number."""
    number = request.GET.get("account", "")
    person = User.objects.providers().filter(pk=int(number)).first() if number.isdecimal() else None
    return {"account_email": person.email or ""} if person and request.user.has_perm("accounts.view_person") else {}
