"""What staff are asked before something is done to an order or to the stock."""

from __future__ import annotations

from typing import Any

from django import forms

from badgeportal.govuk.forms import GovukMixin
from badgeportal.typed_text import TypedProseField
from orders.cancelling import CancelReason
from orders.forms import MOST_BADGES, DeliveryForm
from orders.models import OrderProblem


class CancelForm(GovukMixin, forms.Form):
    reason = forms.ChoiceField(
        label="Why is it cancelled?",
        choices=[("", "Select a reason"), *CancelReason.choices],
        error_messages={"required": "Select why it is cancelled"},
    )


class ConfirmForm(GovukMixin, forms.Form):
    """Nothing to ask but whether to do it."""


class CorrectAddressForm(DeliveryForm):
    """The same questions, and the same room on the label, as the provider had."""


class AnswerProblemForm(GovukMixin, forms.Form):
    """What customer service answers, and what came of it."""

    answer = TypedProseField(
        label="Your answer to the provider",
        what="Your answer",
        max_length=3000,
        help_text="It is sent as you write it. Do not repeat personal details that they do not need to read.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter your answer"},
    )
    outcome = forms.ChoiceField(
        label="What came of it",
        choices=[
            ("", "Select an outcome"),
            *((one.value, one.label) for one in OrderProblem.Outcome if one is not OrderProblem.Outcome.ERASED),
        ],
        error_messages={"required": "Select what came of it"},
    )


class _StockForm(GovukMixin, forms.Form):
    # The newest movement by hand when the page was shown: a form sent twice is noticed.
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Reason",
        max_length=200,
        help_text="For example the delivery note or the count. Leave out names of people.",
        error_messages={"required": "Enter the reason"},
    )


class AmountForm(_StockForm):
    """A number of badges that came or went."""

    quantity = forms.IntegerField(
        label="Number of badges",
        min_value=1,
        max_value=50 * MOST_BADGES,
        error_messages={
            "required": "Enter the number of badges",
            "max_value": f"Number of badges must be {50 * MOST_BADGES:,} or fewer",
        },
    )
    field_order = ("quantity", "reason", "after")


class CountForm(_StockForm):
    """What was counted on the shelf; the correction is worked out."""

    counted = forms.IntegerField(
        label="Badges counted on the shelf",
        min_value=0,
        max_value=50 * MOST_BADGES,
        help_text="All badges on the shelf, also those that are set aside for orders.",
        error_messages={"required": "Enter how many badges were counted"},
    )
    field_order = ("counted", "reason", "after")

    def __init__(self, *args: Any, on_hand: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_hand = on_hand

    def clean_counted(self) -> int:
        counted: int = self.cleaned_data["counted"]
        if counted == self.on_hand:
            raise forms.ValidationError("That is the number we already have, so there is nothing to correct")
        return counted
