"""The page of the order journey that belongs to this room: is this your organisation?"""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property

from accounts.person import person
from orders.models import OrderDraft
from orders.views.steps import StepView
from verification.forms import NONE, IsThisYoursForm, NotFoundForm
from verification.organisations import Organisation, organisations_for


class YourOrganisationView(StepView):
    """Names and towns of what the ODS code stands for; nothing of any email."""

    step = "order_your_organisation"
    template_name = "verification/your_organisation.html"

    @cached_property
    def organisations(self) -> list[Organisation]:
        return organisations_for(self.draft.ods_code)

    def get_form_class(self) -> type[IsThisYoursForm] | type[NotFoundForm]:
        return IsThisYoursForm if self.organisations else NotFoundForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs | {"organisations": self.organisations} if self.organisations else kwargs

    def initial_from(self, draft: OrderDraft) -> dict[str, Any]:
        """What was answered before; the account's own organisation where a name is asked for."""
        if not draft.organisation_answered:
            return {"organisation_name": person(self.request).organisation}
        if draft.listing_denied or not draft.provider_id:
            return {"answer": NONE, "organisation_name": draft.organisation_name}
        return {"answer": draft.location_id or f"provider {draft.provider_id}"}

    def form_valid(self, form: Any) -> Any:
        self.answers = form.answers()
        return super().form_valid(form)

    def answers_from(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        return self.answers

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "organisations": self.organisations,
            "ods_code": self.draft.ods_code,
        }
