"""Turns requests away that carry more than any page of the portal takes, before anything is read or written to disk.

Django has no such limit for files: whoever posts one, to whatever page and without an account, fills the disk.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class UploadLimit:
    """Middleware: 413 for a request larger than MAX_REQUEST_BYTES. A body of no said length is not read by Django at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:12]) > settings.MAX_REQUEST_BYTES:
            return HttpResponse("The file is too large.", status=413, content_type="text/plain; charset=utf-8")
        return self._get_response(request)
