"""One page for each question of the order, saved as you go. A later app builds its page of the journey on `StepView`."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from accounts.person import person
from accounts.restricting import AccountRestricted
from badgeportal.phones import national_phone
from orders import journey
from orders.drafts import DraftAlreadyPlaced, open_draft, save_answers
from orders.forms import CqcForm, DeliveryForm, OdsCodeForm, OrganisationForm, PhoneForm, QuantityForm
from orders.models import OrderDraft, StockBalance
from orders.views.lost_page import forget_typed, kept_typed, to_sign_in
from orders.views.shut import order_just_placed, shut_page


@method_decorator(never_cache, name="dispatch")
class JourneyPage(View):
    """A page of the journey: for the person signed in, with their open draft, while badges can be ordered."""

    step: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request, step=self.step)
        if person(request).is_staff:
            messages.info(request, "You are signed in with a staff account, and staff do not order badges with it.")
            return redirect("admin:index")
        if person(request).is_restricted:
            raise AccountRestricted
        if request.method in ("GET", "HEAD"):
            turned_away = self.turn_away(request)
            if turned_away is not None:
                return turned_away
        return super().dispatch(request, *args, **kwargs)

    def turn_away(self, request: HttpRequest) -> HttpResponse | None:
        """Another page than this one, when ordering is shut, the order was placed just now, or a question before is open."""
        shut = shut_page(request, draft=self.draft, available=self.available)
        if shut is not None:
            return shut
        if not self.draft.is_started and self.step != journey.URL_NAMES[0]:
            placed = order_just_placed(person(request), now=timezone.now())
            if placed is not None:
                return redirect("order_placed", reference=placed.reference)
        if not journey.may_visit(self.step, self.draft):
            return redirect(journey.first_gap(self.draft))
        return None

    @cached_property
    def draft(self) -> OrderDraft:
        """The open draft, read when first asked for: placing an order reads the posted one itself, once it holds the lock."""
        return open_draft(person(self.request))

    @cached_property
    def available(self) -> int:
        """How many badges can be ordered, read once for a page."""
        return StockBalance.current().available

    @property
    def changing(self) -> bool:
        """Whether the person came from the check page to change one answer."""
        return journey.CHANGING in self.request.GET

    def page_context(self) -> dict[str, Any]:
        """What `journey/step.html` needs: the back link, and the draft that the page was shown for."""
        return {
            "back_url": journey.back_url(self.step, self.draft, changing=self.changing),
            "draft": self.draft,
            "draft_id": str(self.draft.pk) if self.draft.is_started else "",
        }


class StepView(JourneyPage, FormView):
    """One question. Set `step` (its URL's name), `form_class` and `template_name` (which extends `journey/step.html`).

    By default the form's fields are the draft's; `initial_from` and `answers_from` say otherwise.
    """

    def get_initial(self) -> dict[str, Any]:
        kept = kept_typed(self.request, step=self.step, draft=self.draft)
        return self.initial_from(self.draft) | (kept or {})

    def initial_from(self, draft: OrderDraft) -> dict[str, Any]:
        """The answers already on `draft`, by the names of the form's fields."""
        return {name: getattr(draft, name) for name in self.get_form_class().base_fields if hasattr(draft, name)}

    def answers_from(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """What to save, by the names of the draft's fields."""
        return cleaned

    def form_valid(self, form: Any) -> HttpResponse:
        if not self._is_asked():
            return redirect(journey.first_gap(self.draft))
        try:
            self.draft = save_answers(
                account=person(self.request),
                answers=self.answers_from(form.cleaned_data),
                now=timezone.now(),
                draft_id=posted_draft_id(self.request),
            )
        except DraftAlreadyPlaced as placed:
            messages.info(self.request, "You have already placed this order, so its answers can no longer be changed.")
            return redirect("order_detail", reference=placed.order.reference)
        forget_typed(self.request)
        return redirect(journey.next_url(self.step, self.draft, changing=self.changing))

    def _is_asked(self) -> bool:
        # A page of a draft that was placed meanwhile is told so when its answers are saved.
        of_this_draft = posted_draft_id(self.request) in (None, self.draft.pk)
        return not of_this_draft or journey.step_named(self.step).needed(self.draft)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.request.method == "GET" and kept_typed(self.request, step=self.step, draft=self.draft) is not None
        return super().get_context_data(**kwargs) | self.page_context() | {"kept_typed": kept}


def posted_draft_id(request: HttpRequest) -> uuid.UUID | None:
    """The draft that the posted page was shown for, when it says one."""
    try:
        return uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        return None


class CqcView(StepView):
    step = "order_cqc"
    form_class = CqcForm
    template_name = "journey/cqc.html"


class OdsCodeView(StepView):
    step = "order_ods_code"
    form_class = OdsCodeForm
    template_name = "journey/ods_code.html"
    extra_context = {
        "service_phone": settings.CUSTOMER_SERVICE_PHONE,
        "service_hours": settings.CUSTOMER_SERVICE_HOURS,
    }


class OrganisationView(StepView):
    step = "order_organisation"
    form_class = OrganisationForm
    template_name = "journey/organisation.html"

    def initial_from(self, draft: OrderDraft) -> dict[str, Any]:
        """The account may already say the name of the organisation."""
        initial = super().initial_from(draft)
        return initial | {"organisation_name": initial["organisation_name"] or person(self.request).organisation}


class QuantityView(StepView):
    step = "order_quantity"
    form_class = QuantityForm
    template_name = "journey/quantity.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"available": self.available}


class PhoneView(StepView):
    step = "order_phone"
    form_class = PhoneForm
    template_name = "journey/phone.html"

    def initial_from(self, draft: OrderDraft) -> dict[str, Any]:
        """The account may already have the number."""
        return {"phone": national_phone(draft.phone or person(self.request).phone)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the reason why the number is asked."""
        too_many = (self.draft.quantity or 0) > settings.MANUAL_CHECK_THRESHOLD
        return super().get_context_data(**kwargs) | {
            "threshold": settings.MANUAL_CHECK_THRESHOLD,
            "changed_answer": not too_many,
        }


class DeliveryView(StepView):
    step = "order_delivery"
    form_class = DeliveryForm
    template_name = "journey/delivery.html"


class OrderView(JourneyPage):
    """`/order/`: on to the first question that is not answered."""

    step = journey.URL_NAMES[0]

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(journey.first_gap(self.draft))
