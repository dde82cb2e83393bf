"""The second step of signing in: its secrets are encrypted at rest, and its forms speak plain English."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm as AllauthGenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp_forms
from django.conf import settings

from badgeportal.govuk.forms import GovukMixin
from badgeportal.outbox.sealing import seal, unseal


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": "Turn off the second step before you change your email address",
        "cannot_delete_authenticator": "Staff need a second step. Add another one before you remove this one",
        "cannot_generate_recovery_codes": "Set up an authenticator app before you make recovery codes",
        "incorrect_code": "The code is not correct. Type the newest code that your app shows",
        "unverified_email": "Confirm your email address before you set up a second step",
    }

    def encrypt(self, text: str) -> str:
        """`text`, a secret of an authenticator app or of recovery codes, as it is stored."""
        return seal({"secret": text}).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return str(unseal(encrypted_text.encode())["secret"])

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one second step where it is required of them."""
        if not settings.STAFF_SECOND_FACTOR_REQUIRED or not authenticator.user.is_staff:
            return True
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user=authenticator.user, type__in=kinds).exclude(pk=authenticator.pk)
        return bool(others.exists())


class _CodeMixin(GovukMixin):
    nouns = {"code": "the code"}
    govuk = {"code": {"classes": "govuk-input--width-10 govuk-input--extra-letter-spacing", "spellcheck": False}}
    label = "Code from your authenticator app"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = self.label


class AuthenticateForm(_CodeMixin, base_forms.AuthenticateForm):
    label = "Code from your authenticator app, or a recovery code"


class ReauthenticateForm(_CodeMixin, base_forms.ReauthenticateForm):
    label = "Code from your authenticator app, or a recovery code"


class ActivateTOTPForm(_CodeMixin, totp_forms.ActivateTOTPForm):
    pass


class DeactivateTOTPForm(GovukMixin, totp_forms.DeactivateTOTPForm):
    pass


class GenerateRecoveryCodesForm(GovukMixin, AllauthGenerateRecoveryCodesForm):
    pass
