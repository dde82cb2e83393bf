"""The page that a link in a listed inbox opens. It confirms on POST only, because mail scanners open links."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from orders.lifecycle import UNDECIDED_STATES
from verification.inbox_links import Found, LinkState, confirm_from_inbox, look_up, name_of

_STATUS = {LinkState.UNKNOWN: 404, LinkState.EXPIRED: 410, LinkState.ENDED: 410}


@method_decorator(never_cache, name="dispatch")
class ConfirmFromListedInboxView(View):
    """Public: whoever controls the listed inbox has no account here. It tells nothing about who ordered."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        found = look_up(token=token, now=timezone.now())
        return self._page(request, "confirm" if found.state is LinkState.USABLE else found.state.value, found)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        found = confirm_from_inbox(token=token, now=timezone.now())
        return self._page(request, "thanks" if found.state is LinkState.USABLE else found.state.value, found)

    def _page(self, request: HttpRequest, page: str, found: Found) -> HttpResponse:
        order = found.link.order if found.link else None
        context = {
            "page": page,
            "order": order,
            "organisation": name_of(order, found.link.listing) if order and found.link and found.link.listing else "",
            "goes_to_a_person": order is not None and order.state in UNDECIDED_STATES,
        }
        # The address holds the token: no search engine keeps it, and the policy of every page tells it to no other site.
        # A stricter one of this page's own (`no-referrer`) makes browsers post without an origin, which is refused.
        return render(
            request, "verification/confirm_from_listed_inbox.html", context, status=_STATUS.get(found.state, 200)
        )
