"""What staff type into the search box of a list, kept out of every address.

Stock Django puts it into `?q=`, and an address is written into the browser's history and the logs of whatever stands before
the portal. Here the form posts; the words stay in the person's session, which is encrypted and ends with the working day, and
the address carries a handle that means nothing to anybody else. Sorting, filters, pages and the way back go on as before.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

# The name of the box in the form; the page's actions never post it.
TYPED = "search_for"
MOST_CHARACTERS = 200
# Of one person at a time, over all lists: enough for the way back, too few to be a collection.
KEPT = 20
_KEY = "admin_searches"


class HandleChangeList(ChangeList):
    """Django's list, which reads the words behind the handle in the address."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        self.query = words_behind(request.session, self.params.get(SEARCH_VAR, "")) or ""
        return super().get_queryset(request, exclude_parameters)


def words_behind(session: MutableMapping[str, Any], handle: str) -> str | None:
    """What was typed; None when this session knows no such handle."""
    words: str | None = session.get(_KEY, {}).get(handle)
    return words


def searched(request: HttpRequest) -> HttpResponse | None:
    """Where a list must send the person first: to its address with a handle after a search was posted, or without what stands
    in `q` when it is none of this session's handles. None when the list can be shown."""
    if request.method == "POST" and TYPED in request.POST:
        return _to_list(request, _keep(request.session, request.POST.get(TYPED, "")))
    handle = request.GET.get(SEARCH_VAR)
    if not handle or words_behind(request.session, handle) is not None:
        return None
    # An old bookmark, a search of an earlier session, or words that somebody put into the address by hand.
    messages.info(request, "That search has ended. Type it into the search box again.")
    return _to_list(request, "")


def _keep(session: MutableMapping[str, Any], typed: str) -> str:
    words = typed.strip()
    if len(words) > MOST_CHARACTERS or "\0" in words:
        raise BadRequest
    if not words:
        return ""
    handle = secrets.token_urlsafe(6)
    kept = [*session.get(_KEY, {}).items(), (handle, words)]
    session[_KEY] = dict(kept[-KEPT:])
    return handle


def _to_list(request: HttpRequest, handle: str) -> HttpResponse:
    """The same list with the same filters and order, from its first page."""
    query = request.GET.copy()
    query.pop(SEARCH_VAR, None)
    query.pop(PAGE_VAR, None)
    if handle:
        query[SEARCH_VAR] = handle
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)
