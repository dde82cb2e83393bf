"""The page that asks for the code from the mail."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.account.views import ConfirmEmailVerificationCodeView
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator


@method_decorator(login_not_required, name="dispatch")
class ConfirmCodeView(ConfirmEmailVerificationCodeView):
    """allauth's page, except that asking again sends a mail in every case.

    allauth sends nothing the second time when the address has an account already. Its answer would come back sooner, and
    the person who owns the account would wait for a mail.
    """

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        if "user_id" in self._process.state:
            return super()._resend_form_valid(form)
        self._process.generate_code()
        self._process.send()
        self._process.record_resend()
        self._process.persist()
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_email_verification_sent")))
