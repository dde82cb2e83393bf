"""When the session or the page's token was lost: what was typed is kept until the person has signed in again.

The answers wait in the visitor's own session, on the server, for one page and one draft. They are shown again only to the
account whose draft the page was for, because a shared computer may see another person sign in.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve

from orders.journey import CHECK_ANSWERS, URL_NAMES
from orders.models import OrderDraft

_KEY = "typed_before_sign_in"
# An anonymous session with an address in it does not live for the usual eight hours.
_SECONDS = 60 * 60
_LONGEST = 500


def keep_typed(request: HttpRequest, *, step: str) -> None:
    """Put what was posted to the page `step` aside in the visitor's session."""
    typed = {
        name: value[:_LONGEST] for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "draft")
    }
    request.session[_KEY] = {
        "step": step,
        "draft": request.POST.get("draft", ""),
        "typed": dict(list(typed.items())[:20]),
    }
    if not request.user.is_authenticated:
        request.session.set_expiry(_SECONDS)


def kept_typed(request: HttpRequest, *, step: str, draft: OrderDraft) -> dict[str, Any] | None:
    """What was put aside for the page `step` of this person's `draft`; None when nothing was, and somebody else's is dropped."""
    kept = request.session.get(_KEY)
    if kept is None:
        return None
    # The first page is posted before there is a draft, and holds a yes or no only.
    if kept["draft"] != (str(draft.pk) if draft.is_started else "") and not (
        step == URL_NAMES[0] and not kept["draft"]
    ):
        forget_typed(request)
        return None
    return dict(kept["typed"]) if kept["step"] == step else None


def forget_typed(request: HttpRequest) -> None:
    """Drop what was put aside: it was saved, or it is not this person's."""
    request.session.pop(_KEY, None)


def to_sign_in(request: HttpRequest, *, step: str = "") -> HttpResponse:
    """Send a visitor to sign in and back to the same page; what was posted to the page `step` is kept."""
    if request.method == "POST" and step:
        keep_typed(request, step=step)
    return redirect_to_login(request.get_full_path())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page's token is old, often because the person signed in again in another tab. Nothing was done with the post.

    A page of the order journey that comes from our own site keeps what was typed and is shown again. Everything else, and
    every post from elsewhere, is told to go back and try again.
    """
    step = _journey_step(request)
    if not step or not _is_same_origin(request):
        return render(request, "orders/lost_page.html", status=403)
    if step in URL_NAMES:
        keep_typed(request, step=step)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return HttpResponseRedirect(request.get_full_path())


def _journey_step(request: HttpRequest) -> str:
    try:
        name = resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
    return name if name in (*URL_NAMES, CHECK_ANSWERS) else ""


def _is_same_origin(request: HttpRequest) -> bool:
    # Browsers set both headers themselves; a page elsewhere cannot forge them.
    origin = request.headers.get("Origin")
    if origin:
        return urlsplit(origin)[:2] == (request.scheme, request.get_host())
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
