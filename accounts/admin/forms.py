"""What staff are asked before something is done to an account."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import DetailsForm
from accounts.roles import ALL_ROLES
from badgeportal.govuk.forms import GovukMixin
from badgeportal.typed_text import TypedTextField

_ROLES = [(role, role) for role in ALL_ROLES]


class ConfirmForm(forms.Form):
    """Asks for nothing but the button."""


class CorrectionForm(DetailsForm):
    """What staff may correct: what the person could change, and the name may be missing as it may be in the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["phone"].help_text = ""


class RoleForm(GovukMixin, forms.Form):
    nouns = {"role": "a role"}

    role = forms.ChoiceField(label="Role", choices=_ROLES, widget=forms.RadioSelect)


class NewStaffForm(RoleForm):
    nouns = {"role": "a role", "email": "their email address", "name": "their full name"}

    email = forms.EmailField(label="Email address")
    name = TypedTextField(what="Full name", label="Full name", max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["email", "name", "role"])
