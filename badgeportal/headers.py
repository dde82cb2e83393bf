"""Headers that say what a browser, and whoever stands between, may do with an answer.

Closed unless listed: a page that nobody thought about is kept nowhere and found by no search engine.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing of ours uses these; a script that got in should not either. Security keys need no permission to be named.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer"),
        *("microphone", "midi", "payment", "usb"),
    )
)
# Pages that say the same to every visitor; a browser may keep them for the way back.
OPEN = frozenset({"start", "privacy", "privacy_version", "cookies", "accessibility", "contact", "security_txt"})
# What people should find by searching; the rest they reach from there.
FOUND_BY_SEARCHING = frozenset({"start"})


class SayWhoMayKeep:
    """Middleware: no answer is kept by browser or proxy, unless it is one of OPEN for a visitor, or a file that says itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        page = request.resolver_match.view_name if request.resolver_match else ""
        # Files under /static/ are answered before an address is looked up, and say how long they may be kept.
        is_file = not page and "Cache-Control" in response
        if not is_file:
            is_open = page in OPEN and response.status_code == 200 and not _is_signed_in(request)
            response["Cache-Control"] = "no-cache, private" if is_open else "no-store, private"
            if page not in FOUND_BY_SEARCHING:
                response["X-Robots-Tag"] = "noindex, nofollow"
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    # A request that was turned away early never met the middleware that knows.
    user = getattr(request, "user", None)
    return user is None or user.is_authenticated
