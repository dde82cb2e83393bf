"""Turns requests away that carry more than any page of the portal takes, before anything is parsed or written to disk.

Django has no such limit for files: whoever posts one, to whatever page and without an account, fills the disk.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# A browser shows the answer only once all that it sent was taken. Up to so many times what the page takes is read and thrown
# away for that; whoever sends more is cut off.
_PATIENCE = 4
_PIECE = 1 << 16


class UploadLimit:
    """Middleware: 413 and a page for a request larger than its page takes: MAX_UPLOAD_REQUEST_BYTES where staff hand in a
    file, MAX_REQUEST_BYTES everywhere else. A body of no said length is not read by Django at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        length = int(said[:12]) if said.isdecimal() else None
        most = most_bytes(request.path)
        if length is not None and length <= most:
            return self._get_response(request)
        if length is not None and length <= _PATIENCE * most:
            _throw_away(request, length)
        return _too_large(request)


def most_bytes(path: str) -> int:
    """How many bytes a request to `path` may carry."""
    return settings.MAX_UPLOAD_REQUEST_BYTES if _takes_a_file(path) else settings.MAX_REQUEST_BYTES


def _takes_a_file(path: str) -> bool:
    """Pages that take a file are in the admin and their address ends so."""
    return path.startswith("/admin/") and path.endswith("/load/")


def _throw_away(request: HttpRequest, length: int) -> None:
    body = request.META["wsgi.input"]
    while length > 0 and (piece := body.read(min(length, _PIECE))):
        length -= len(piece)


def _too_large(request: HttpRequest) -> HttpResponse:
    """Nobody is asked who they are, so the page shows no sign-in state."""
    most = settings.UPLOAD_MAX_MB if _takes_a_file(request.path) else 0
    return HttpResponse(render_to_string("413.html", {"most_megabytes": most}), status=413)
