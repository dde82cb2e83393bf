"""What every admin page of the portal shares: nothing is written but by an action, and looking at people leaves a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst

from badgeportal.actor import Actor
from badgeportal.admin_search import HandleChangeList, searched
from badgeportal.audit.actions import record_personal_page_seen
from badgeportal.bounded_paging import BoundedPaginator
from badgeportal.who_acted import names_of

ExtraView = tuple[str, Callable[..., HttpResponseBase], str]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists and shows; adds, changes and deletes nothing.

    Where staff may change something there is an action, and a page of our own in `extra_views` or a list action that calls it.
    Set `records_personal_views` where the pages show personal data: they are then shown only if the view was recorded.
    """

    records_personal_views = False
    # The field that holds an actor, where a page has the column `who`.
    actor_field = "actor"
    # Counting every row of a long table on every page costs more than the number is worth.
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    change_form_template = "admin/read_only_change_form.html"
    change_list_template = "admin/read_only_change_list.html"

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def restricted_account(self, obj: Any) -> Any:
        """The account or order whose data a record shows, where its use may be limited: the page then says so in a banner."""
        return None

    def extra_views(self) -> list[ExtraView]:
        """(route, bound view, name) of each page of our own; the URL's name becomes `admin:<app>_<model>_<name>`."""
        return []

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        """(address, text) of the links that this person sees above the list (`obj` is None) or above one record."""
        return []

    def get_urls(self) -> list[URLPattern]:
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(route, self.admin_site.admin_view(view), name=f"{prefix}_{name}")
            for route, view, name in self.extra_views()
        ]
        return own + super().get_urls()

    @admin.display(description="who")
    def who(self, obj: Any) -> str:
        """The actor of a record by name; a list finds the names of all its rows at once."""
        actor = getattr(obj, self.actor_field)
        return getattr(obj, "_who", None) or names_of([actor])[actor]

    def may(self, request: HttpRequest, codename: str) -> bool:
        """Whether the person signed in has the permission `codename` of this model's app."""
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")

    def personal_subjects(self, objects: list[models.Model]) -> Iterable[models.Model]:
        """The records that a page showing `objects` tells of, as the audit names them."""
        return objects

    def record_view(self, request: HttpRequest, objects: Iterable[models.Model], page: str) -> None:
        """Record that the person signed in saw personal data about `objects` on the page named `page`."""
        subjects = list(self.personal_subjects(list(objects)))
        if subjects:
            record_personal_page_seen(
                actor=Actor.user(request.user), subjects=subjects, page=f"admin:{page}", now=timezone.now()
            )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        # One heading that names the record, rather than "View order" with the record's name below it.
        named = {"title": str(obj), "subtitle": None, "object_tools": self.object_tools(request, obj)} if obj else {}
        restricted = bool(obj and getattr(self.restricted_account(obj), "is_restricted", False))
        extra = {**named, "restricted": restricted, **(extra_context or {})}
        response = super().change_view(request, object_id, form_url, extra)
        if self.records_personal_views and obj is not None and _is_page(response):
            self.record_view(request, [obj], f"{self.opts.model_name}_page")
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if (elsewhere := searched(request)) is not None:
            return elsewhere
        title = capfirst(str(self.opts.verbose_name_plural))
        extra = {"title": title, "object_tools": self.object_tools(request, None), **(extra_context or {})}
        response = super().changelist_view(request, extra)
        listed = (getattr(response, "context_data", None) or {}) if _is_page(response) else {}
        if "cl" in listed:
            self._shown(request, listed["cl"].result_list)
        return response

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[HandleChangeList]:
        return HandleChangeList

    def _shown(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """What is done about the rows of one page of the list before it is drawn."""
        if "who" in self.get_list_display(request):
            names = names_of(getattr(row, self.actor_field) for row in rows)
            for row in rows:
                row._who = names[getattr(row, self.actor_field)]
        if self.records_personal_views:
            self.record_view(request, rows, f"{self.opts.model_name}_list")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own history knows nothing of actions; the record's events are on its page."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]

    def action_form_page(
        self,
        request: HttpRequest,
        *,
        title: str,
        form: BaseForm,
        submit_label: str,
        intro: str = "",
        obj: models.Model | None = None,
        **context: Any,
    ) -> TemplateResponse:
        """The page that asks for what an action needs, before it is done; posts back to its own address."""
        form.label_suffix = ""
        return TemplateResponse(
            request,
            "admin/action_form.html",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "intro": intro,
                "form": form,
                "submit_label": submit_label,
                "object": obj,
                "restricted": bool(obj and getattr(self.restricted_account(obj), "is_restricted", False)),
                "opts": self.opts,
                "media": form.media,
                **context,
            },
            status=422 if form.is_bound and not form.is_valid() else 200,
        )


def _is_page(response: HttpResponse) -> bool:
    return isinstance(response, TemplateResponse) and response.status_code == 200
