"""The end of the journey: check the answers, place the order."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.person import person
from orders import journey
from orders.answers_shown import answer_rows
from orders.england import is_plainly_in_england
from orders.forms import only_so_many
from orders.placing import DraftChanged, DraftIncomplete, DraftNotFound, OrderingClosed, place_order
from orders.stock import NotEnoughBadges
from orders.views.shut import closed_page, out_of_stock_page
from orders.views.steps import JourneyPage, posted_draft_id


class CheckAnswersView(JourneyPage):
    """Every answer with a link to change it, and the button that places the order, once."""

    step = journey.CHECK_ANSWERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def page(self, *, problem: str = "", mend: str = journey.CHECK_ANSWERS) -> HttpResponse:
        """The page; `problem` says why the order was not placed, and `mend` names the page where that can be mended."""
        context: dict[str, Any] = self.page_context() | {
            "rows": answer_rows(self.draft, change=True),
            "problem": problem,
            "problem_url": reverse(mend) if mend == self.step else f"{reverse(mend)}?{journey.CHANGING}=1",
            "outside_england": not is_plainly_in_england(self.draft.postcode),
            "very_large": (self.draft.quantity or 0) > settings.LARGE_ORDER_THRESHOLD,
        }
        return render(self.request, "journey/check.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        draft_id = posted_draft_id(request)
        if draft_id is None:
            return self.turn_away(request) or self.page()
        try:
            order = place_order(
                account=person(request), draft_id=draft_id, version=_version(request), now=timezone.now()
            )
        except DraftChanged:
            return self.turn_away(request) or self.page(
                problem="Your answers were changed in another tab or on another device. Check them and place the order again"
            )
        except DraftIncomplete as gap:
            messages.info(request, "One more answer is needed before you can place the order.")
            return redirect(gap.step)
        except DraftNotFound:
            messages.info(
                request, "We did not find the answers of that page. They may have been deleted because they were old."
            )
            return redirect("order")
        except OrderingClosed:
            return closed_page(request, draft=self.draft)
        except NotEnoughBadges as short:
            if short.available <= 0:
                return out_of_stock_page(request, draft=self.draft)
            return self.page(problem=only_so_many(short.available), mend="order_quantity")
        return redirect("order_placed", reference=order.reference)


def _version(request: HttpRequest) -> int:
    # A page that says no version was not ours: it is treated as one whose answers have changed.
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else -1
