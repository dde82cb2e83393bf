"""Turns requests away that carry more than any page of the portal takes, before anything is read or written to disk.

Django has no such limit for files: whoever posts one, to whatever page and without an account, fills the disk.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class UploadLimit:
    """Middleware: 413 for a request larger than its page takes: MAX_UPLOAD_REQUEST_BYTES where staff hand in a file,
    MAX_REQUEST_BYTES everywhere else. A body of no said length is not read by Django at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:12]) > most_bytes(request.path):
            return HttpResponse("The file is too large.", status=413, content_type="text/plain; charset=utf-8")
        return self._get_response(request)


def most_bytes(path: str) -> int:
    """How many bytes a request to `path` may carry. Pages that take a file are in the admin and their address ends so."""
    takes_a_file = path.startswith("/admin/") and path.endswith("/load/")
    return settings.MAX_UPLOAD_REQUEST_BYTES if takes_a_file else settings.MAX_REQUEST_BYTES
