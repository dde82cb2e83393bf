"""The deeper health page, for staff who may see it."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from badgeportal.watch.health import state_of_everything


def state(request: HttpRequest) -> HttpResponse:
    """Every part with its state; 503 when a machine is not well, so that a probe can use it too. Late work is a warning."""
    if not request.user.has_perm("watch.view_sweeprun"):
        raise PermissionDenied
    parts = state_of_everything(timezone.now())
    context = {**admin.site.each_context(request), "title": "State of the portal", "parts": parts}
    return TemplateResponse(
        request, "admin/state.html", context, status=200 if all(part.well or part.of_people for part in parts) else 503
    )
