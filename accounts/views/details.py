"""Your details: what we know about the person signed in, and what they may change."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.generic import FormView

from accounts.forms import DetailsForm
from accounts.person import person
from accounts.profile import change_details
from badgeportal.actor import Actor
from badgeportal.phones import national_phone


class YourDetailsView(LoginRequiredMixin, FormView):
    form_class = DetailsForm
    template_name = "accounts/your_details.html"
    success_url = reverse_lazy("your_details")

    def get_initial(self) -> dict[str, Any]:
        user = person(self.request)
        return {"name": user.name, "organisation": user.organisation, "phone": national_phone(user.phone)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(second_step=is_mfa_enabled(self.request.user), **kwargs)

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        changed = change_details(
            user_id=person(self.request).pk,
            **form.cleaned_data,
            actor=Actor.user(self.request.user),
            now=timezone.now(),
        )
        messages.success(self.request, "Your details are saved." if changed else "Nothing has changed.")
        return super().form_valid(form)
