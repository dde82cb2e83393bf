"""What the three registers share: a list without names, a page that says what to do next, a form for each action, a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.rights.clock import LONDON, day_of
from accounts.rights.contact import email_of
from badgeportal.actor import Actor
from badgeportal.admin_base import ReadOnlyAdmin
from badgeportal.staff_csv import csv_download, staff_csv

# What an action may answer in place of doing it, in words for staff.
Problems = dict[type[Exception], str]
Act = Callable[[dict[str, Any], Actor, datetime], object]


class RegisterAdmin(ReadOnlyAdmin):
    """The list names nobody and is not recorded; a page of one record is."""

    run_permission = ""
    file_name = ""
    problems: ClassVar[Problems] = {}
    new_label = ""
    # Fields of a page by heading; the list is ordered by the queryset, so that what is due first comes first.
    parts: ClassVar[Sequence[tuple[str | None, tuple[str, ...]]]] = ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: each is worked on its own page."""
        return {}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(heading, {"fields": fields}) for heading, fields in self.parts]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(name for _, fields in self.parts for name in fields)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ()

    def personal_subjects(self, objects: list[Any]) -> list[Any]:
        return [getattr(row, "account", None) or row for row in objects]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if shown.get("original") is not None:
            self.record_view(request, [shown["original"]], f"{self.opts.model_name}_page")
        return response

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """By the reference with or without its letters; names and addresses do not belong in an address line."""
        number = "".join(character for character in search_term if character.isdecimal())
        if not search_term:
            return queryset, False
        return queryset.filter(pk=int(number[:18])) if number else queryset.none(), False

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        if obj is None:
            tools = [(self._address("register"), "Download the register")]
            return [(self._address("new"), self.new_label), *tools] if self.may(request, self.run_permission) else tools
        steps = self.steps(obj) if self.may(request, self.run_permission) else []
        return [(self._address(name, obj.pk), text) for name, text in steps]

    def steps(self, obj: Any) -> Sequence[tuple[str, str]]:
        """(name of the page, text) of what can be done about this record now."""
        raise NotImplementedError

    def table(self) -> Iterable[Sequence[object]]:
        """The register without names, heading first."""
        raise NotImplementedError

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """The whole register as a file, without names or anything that was typed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return csv_download(staff_csv(self.table()), f"{self.file_name}-{day_of(timezone.now()).isoformat()}.csv")

    def act_page(
        self, request: HttpRequest, pk: int, name: str, form_class: type[forms.Form], *, intro: str, done: str, do: Act
    ) -> HttpResponse:
        """Ask for what the action needs, do it, and go back to the record with `done`, or with what stood in the way."""
        row = self.found(request, pk)
        title = dict(self.steps(row)).get(name)
        back = redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", pk)
        if title is None:
            messages.warning(request, "This cannot be done now. A colleague may have been quicker.")
            return back
        form = form_class(request.POST) if request.method == "POST" else form_class()
        if request.method != "POST" or not form.is_valid():
            self.record_view(request, [row], f"{self.opts.model_name}_{name}")
            return self.action_form_page(request, title=title, form=form, submit_label=title, intro=intro, obj=row)
        if self.done(request, form, do):
            messages.success(request, done)
            return back
        return self.action_form_page(request, title=title, form=form, submit_label=title, intro=intro, obj=row)

    def done(self, request: HttpRequest, form: forms.Form, do: Act) -> bool:
        """Whether the action was done; otherwise the form says what stood in the way."""
        try:
            do(form.cleaned_data, Actor.user(request.user), timezone.now())
        except tuple(self.problems) as problem:
            form.add_error(None, self.problems[type(problem)])
            return False
        return True

    def found(self, request: HttpRequest, pk: int) -> Any:
        self.require_run(request)
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def require_run(self, request: HttpRequest) -> None:
        if not self.may(request, self.run_permission):
            raise PermissionDenied

    def _address(self, name: str, pk: int | None = None) -> str:
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"
        return reverse(page, args=[] if pk is None else [pk])


class AddressedAdmin(RegisterAdmin):
    """A register of what people asked or told us: who they are, and where the answer goes."""

    def restricted_account(self, obj: Any) -> Any:
        return obj.account or obj

    @admin.display(description="who")
    def person(self, row: Any) -> Any:
        if row.account is not None:
            address = reverse("admin:accounts_user_change", args=[row.account.pk])
            return format_html('<a href="{}">{}</a>', address, row.account.name or row.account)
        return row.contact_name or row.listed_email or "nobody is named any more"

    @admin.display(description="the answer goes to")
    def answer_goes_to(self, row: Any) -> Any:
        if row.account is not None:
            return row.account.email or "the account is anonymised"
        return lines(filter(None, (email_of(row), row.contact_address))) or "nothing is kept"


class StageFilter(admin.SimpleListFilter):
    """What is open, unless something else is chosen; each further stage is a named question of the queryset."""

    title = "stage"
    parameter_name = "stage"
    stages: ClassVar[dict[str, tuple[str, Callable[[Any], Any]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, text) for key, (text, _) in self.stages.items()]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=["stage"]),
            "display": "Open",
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        _, asked = self.stages.get(self.value() or "", ("", lambda found: found.open()))
        return asked(queryset)


def lines(texts: Iterable[str]) -> SafeString:
    """Several texts, each on a line of its own, or nothing."""
    return format_html_join("", "<div>{}</div>", ((text,) for text in texts))


def moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"
