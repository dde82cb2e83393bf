"""What people are asked when they use their rights. No reason has to be given, except where the law asks for one."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import DataRequest
from badgeportal.govuk.forms import GovukForm
from badgeportal.privacy.erasing import Preview
from badgeportal.privacy.models import OpenOrders
from badgeportal.typed_text import TypedProseField

_LONGEST = 3000


class CorrectForm(GovukForm):
    words = TypedProseField(
        what="What is wrong", label="What is wrong, and what is right?", max_length=_LONGEST,
        help_text="Say where you saw it. Do not include other people’s personal details.",
        error_messages={"required": "Enter what is wrong, and what is right"},
    )  # fmt: skip


class LimitForm(GovukForm):
    ground = forms.ChoiceField(
        label="Why should we limit how we use your data?", choices=DataRequest.Ground.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select why we should limit how we use your data"},
    )  # fmt: skip
    words = TypedProseField(
        what="What you tell us", label="Tell us more (optional)", max_length=_LONGEST, required=False,
        help_text="For example, what is wrong. It helps us to look into it sooner.",
    )  # fmt: skip


class ObjectForm(GovukForm):
    words = TypedProseField(
        what="What you object to", label="What do you object to, and why?", max_length=_LONGEST,
        help_text="Say what it is about your situation that makes our use of your data wrong for you.",
        error_messages={"required": "Enter what you object to, and why"},
    )  # fmt: skip


class DeleteForm(GovukForm):
    """Asks about open orders only when there are some."""

    open_orders = forms.ChoiceField(
        label="What should happen to your open orders?", widget=forms.RadioSelect,
        choices=[
            (OpenOrders.CANCEL.value, "Cancel them, and delete my data now"),
            (OpenOrders.FINISH.value, "Let them be delivered, then delete my data"),
        ],
        error_messages={"required": "Select what should happen to your open orders"},
    )  # fmt: skip
    sure = forms.BooleanField(
        label="I understand that this cannot be undone",
        error_messages={"required": "Select that you understand that this cannot be undone"},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: Preview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = shown.mark
        if not shown.open_things:
            del self.fields["open_orders"]
