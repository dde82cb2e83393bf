"""Uploads for staff: how far one is, what it would change, confirm, cancel, and where its result is."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from badgeportal.uploads.actions import cancel_upload, confirm_upload
from badgeportal.uploads.forms import ConfirmForm
from badgeportal.uploads.kinds import allowed_to, kind_of
from badgeportal.uploads.models import Upload
from badgeportal.who_acted import names_of

_TOO_LATE = "It was too late for that: see how it ended."
_CONFIRMED_ALREADY = "It was confirmed already. The file is loaded once."


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "title", "file_name", "state", "created_at", "who")
    list_filter = ("state",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return Upload.objects.of_kinds(allowed_to(request.user)).order_by("-pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(allowed_to(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.display(description="what", ordering="kind")
    def title(self, upload: Upload) -> str:
        return kind_of(upload.kind).title

    def extra_views(self) -> list[ExtraView]:
        return [
            ("<int:pk>/confirm/", self.confirm_view, "confirm"),
            ("<int:pk>/cancel/", self.cancel_view, "cancel"),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one upload, whatever its state; a script asks for it again while a worker has it."""
        return self._page(request, self._wanted(request, object_id), None)

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self._wanted(request, pk)
        if request.method != "POST":
            return redirect("admin:uploads_upload_change", pk)
        form = ConfirmForm(request.POST, unusual=upload.preview.get("unusual", ""))
        if not form.is_valid():
            return self._page(request, upload, form)
        agreed = form.cleaned_data.get("agreed", False)
        if not confirm_upload(upload_id=pk, agreed=agreed, actor=Actor.user(request.user), now=timezone.now()):
            messages.info(request, self._why_not_confirmed(pk))
        return redirect("admin:uploads_upload_change", pk)

    def _why_not_confirmed(self, pk: int) -> str:
        """A second press, in this window or a colleague's, is no fault; an upload that ended otherwise is told of."""
        confirmed = Upload.objects.filter(pk=pk, state__in=Upload.CONFIRMED_STATES).exists()
        return _CONFIRMED_ALREADY if confirmed else _TOO_LATE

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._wanted(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not cancel_upload(upload_id=pk, actor=Actor.user(request.user), now=timezone.now()):
            messages.info(request, _TOO_LATE)
        return redirect("admin:uploads_upload_change", pk)

    def _wanted(self, request: HttpRequest, pk: int | str) -> Upload:
        if not self.has_view_permission(request):
            raise PermissionDenied
        upload = self.get_object(request, str(pk))
        if upload is None:
            raise Http404
        return upload

    def _page(self, request: HttpRequest, upload: Upload, form: ConfirmForm | None) -> HttpResponse:
        kind = kind_of(upload.kind)
        to_confirm = upload.state == Upload.State.TO_CONFIRM
        if to_confirm and form is None:
            form = ConfirmForm(unusual=upload.preview.get("unusual", ""))
        context = {
            **self.admin_site.each_context(request),
            "title": kind.title,
            "upload": upload,
            "who": names_of([upload.actor])[upload.actor],
            "form": form if to_confirm else None,
            "with_a_worker": upload.state in Upload.WORKED_ON,
            "result": reverse(kind.result_page, args=[upload.result_id]) if upload.result_id else "",
            "opts": self.opts,
        }
        status = 422 if form is not None and form.is_bound and not form.is_valid() else 200
        return TemplateResponse(request, "admin/uploads/upload.html", context, status=status)
