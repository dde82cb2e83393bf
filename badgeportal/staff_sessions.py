"""Staff and analysts are signed out after a while without work, and after a day's work at the latest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

_SINCE = "staff_since"
_SEEN = "staff_seen"
# Not each request writes the session.
_NOTED_EVERY = timedelta(minutes=1)


class EndStaffSessions:
    """Middleware: after STAFF_IDLE_MINUTES without a page, or STAFF_SESSION_HOURS in all, staff must sign in again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_work = request.path_info.startswith(("/admin/", "/reports/"))
        if request.user.is_authenticated and (request.user.is_staff or is_work):
            now = timezone.now()
            if _is_over(request, now):
                logout(request)
                messages.info(request, "You were signed out because time ran out. Sign in to go on.")
                return redirect_to_login(request.get_full_path() if request.method == "GET" else request.path)
            _note(request, now)
        return self._get_response(request)


def start_the_clock(request: HttpRequest | None = None, **_: object) -> None:
    """Begin both times with the sign-in, whose session is written anyway."""
    if request is not None and hasattr(request, "session"):
        request.session[_SINCE] = request.session[_SEEN] = timezone.now().isoformat()


def _is_over(request: HttpRequest, now: datetime) -> bool:
    since, seen = request.session.get(_SINCE), request.session.get(_SEEN)
    if since is None or seen is None:
        return False
    idle = now - datetime.fromisoformat(seen)
    whole = now - datetime.fromisoformat(since)
    return idle > timedelta(minutes=settings.STAFF_IDLE_MINUTES) or whole > timedelta(
        hours=settings.STAFF_SESSION_HOURS
    )


def _note(request: HttpRequest, now: datetime) -> None:
    request.session.setdefault(_SINCE, now.isoformat())
    seen = request.session.get(_SEEN)
    if seen is None or now - datetime.fromisoformat(seen) >= _NOTED_EVERY:
        request.session[_SEEN] = now.isoformat()
