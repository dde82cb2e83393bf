"""allauth's forms in plain English and GOV.UK style; see `badgeportal.govuk.forms` for the error texts."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from badgeportal.govuk.forms import GovukForm, GovukMixin
from badgeportal.typed_phone import TypedPhoneField
from badgeportal.typed_text import TypedTextField

_EMAIL = "Email address"
_HOW_TO_CHOOSE = (
    "Use 10 characters or more. Three words that do not belong together are easy to remember and hard to guess."
)
_WIDE = {"classes": "govuk-input--width-20"}


def _relabel(form: Any, labels: Mapping[str, str]) -> None:
    for name, label in labels.items():
        form.fields[name].label = label


class SignupForm(GovukMixin, allauth_forms.SignupForm):
    """Register with an address and a password. The answer is the same, and takes the same work, whoever has an account."""

    nouns = {"email": "your email address", "password1": "a password"}
    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"email": _EMAIL, "password1": "Create a password"})
        self.fields["email"].help_text = (
            "If your organisation is registered with CQC, use the email address that CQC has for it if you can. "
            "We can then check your orders without asking you anything."
        )
        self.fields["password1"].help_text = _HOW_TO_CHOOSE

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The new account and no response, or no account and the response that hides why."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return super().try_save(request)
            except IntegrityError:
                # Somebody registered this address between the look and the save: a double click, as a rule.
                self.account_already_exists = True
        self._do_the_same_work_and_throw_it_away(request)
        return super().try_save(request)

    def _do_the_same_work_and_throw_it_away(self, request: HttpRequest) -> None:
        # The password's hash alone takes a fifth of a second: without it the clock would tell who has an account.
        stand_in = copy.copy(self)
        stand_in.account_already_exists = False
        stand_in.cleaned_data = self.cleaned_data | {"email": f"{secrets.token_hex(8)}@nobody.invalid"}
        with transaction.atomic():
            stand_in.save(request)
            transaction.set_rollback(True)


class LoginForm(GovukMixin, allauth_forms.LoginForm):
    nouns = {"login": "your email address", "password": "your password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"login": _EMAIL, "password": "Password"})
        self.fields["password"].help_text = ""


class ResetPasswordForm(GovukMixin, allauth_forms.ResetPasswordForm):
    nouns = {"email": "your email address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"email": _EMAIL})


class _OnePasswordMixin(GovukMixin):
    """A new password is typed once: the component has a button that shows it, which catches more slips than typing blind."""

    nouns = {"oldpassword": "your current password", "password1": "a new password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _relabel(self, {"password1": "New password"})
        self.fields["password1"].help_text = _HOW_TO_CHOOSE


class ResetPasswordKeyForm(_OnePasswordMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class SetPasswordForm(_OnePasswordMixin, allauth_forms.SetPasswordForm):
    pass


class ChangePasswordForm(_OnePasswordMixin, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"oldpassword": "Current password"})
        self.fields["oldpassword"].help_text = ""


class AddEmailForm(GovukMixin, allauth_forms.AddEmailForm):
    """Change the email address: the new one counts once the code sent to it is typed in."""

    nouns = {"email": "the new email address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"email": "New email address"})


class ConfirmEmailVerificationCodeForm(GovukMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    nouns = {"code": "the code from the email"}
    govuk = {"code": {"classes": "govuk-input--width-10 govuk-input--extra-letter-spacing", "spellcheck": False}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"code": "Code from the email"})


class ReauthenticateForm(GovukMixin, allauth_forms.ReauthenticateForm):
    nouns = {"password": "your password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"password": "Password"})
        self.fields["password"].help_text = ""


class DetailsForm(GovukForm):
    """What a person may change about themselves at once."""

    nouns = {"name": "your full name"}
    govuk = {"name": _WIDE, "organisation": _WIDE, "phone": _WIDE}

    name = TypedTextField(
        what="Full name", label="Full name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    organisation = TypedTextField(
        what="Organisation",
        label="Organisation (optional)",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = TypedPhoneField(
        label="Phone number (optional)",
        required=False,
        help_text="We call only about your orders. For international numbers include the country code.",
    )
