"""The page on which staff give a file, shared by the admin pages of all kinds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.admin_base import ReadOnlyAdmin
from badgeportal.uploads.actions import UploadRefused, start_upload
from badgeportal.uploads.forms import UploadForm
from badgeportal.uploads.kinds import kind_of

_PIECE = 1 << 20


def upload_page(
    admin: ReadOnlyAdmin, request: HttpRequest, form_class: type[UploadForm], *, kind: str, **page: Any
) -> HttpResponse:
    """Ask for a file of the kind `kind` (or of the form's own field `kind`), start the upload, and go to its page."""
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = form_class(*given, refused=getattr(request, "upload_refused", ""))
    if request.method != "POST" or not form.is_valid():
        return admin.action_form_page(request, form=form, **page)
    wanted = form.cleaned_data.get("kind", kind)
    if not request.user.has_perm(kind_of(wanted).permission):
        raise PermissionDenied
    file = form.cleaned_data["file"]
    try:
        upload = start_upload(
            kind=wanted,
            file_name=file.name,
            chunks=file.chunks(_PIECE),
            actor=Actor.user(request.user),
            now=timezone.now(),
        )
    except UploadRefused as refused:
        form.add_error("file", str(refused))
        return admin.action_form_page(request, form=form, **page)
    return redirect("admin:uploads_upload_change", upload.pk)
