"""What providers are asked about their organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from badgeportal.govuk.forms import GovukForm
from badgeportal.typed_text import TypedProseField, TypedTextField
from verification.organisations import Organisation

NONE = "none"
YES = "yes"


def _name_field(**kwargs: Any) -> TypedTextField:
    return TypedTextField(
        label="What is the name of your organisation?",
        what="Organisation name",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "Enter the name of your organisation"},
        **kwargs,
    )


class IsThisYoursForm(GovukForm):
    """Which of the organisations found for the code is it, if any?"""

    answer = forms.ChoiceField(widget=forms.RadioSelect)
    organisation_name = _name_field(required=False)
    conditional = {"answer": {NONE: ["organisation_name"]}}

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {one.value: one for one in organisations}
        answer: Any = self.fields["answer"]
        if len(organisations) == 1:
            answer.label = "Is this your organisation?"
            answer.choices = [(organisations[0].value, "Yes"), (NONE, "No")]
            answer.error_messages["required"] = "Select yes if this is your organisation"
        else:
            answer.label = "Which of these is your organisation?"
            answer.choices = [*((one.value, one.name) for one in organisations), (NONE, "None of these")]
            self.choice_hints = {  # type: ignore[misc]
                "answer": {one.value: one.where for one in organisations if one.where}
            }
            answer.error_messages["required"] = "Select your organisation, or none of these"
        answer.error_messages["invalid_choice"] = "Select your organisation again: the register has changed"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == NONE and not cleaned.get("organisation_name") and not self.errors:
            self.add_error("organisation_name", "Enter the name of your organisation")
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What the draft keeps of a valid form."""
        chosen = self.organisations.get(self.cleaned_data["answer"])
        return {
            "organisation_answered": True,
            "listing_denied": chosen is None,
            "location_id": chosen.location_id if chosen else "",
            "provider_id": chosen.provider_id if chosen else "",
            "organisation_name": chosen.name_to_keep if chosen else self.cleaned_data["organisation_name"],
        }


class NotFoundForm(GovukForm):
    """The code is not on the register: the name, for the person who will check."""

    organisation_name = _name_field()

    def answers(self) -> dict[str, Any]:
        """What the draft keeps of a valid form."""
        return {
            "organisation_answered": True,
            "listing_denied": False,
            "location_id": "",
            "provider_id": "",
            "organisation_name": self.cleaned_data["organisation_name"],
        }


class AnswerForm(GovukForm):
    """The provider's answer to what an officer asked."""

    answer = TypedProseField(
        label="Your answer",
        what="Your answer",
        max_length=2000,
        help_text="Do not include details of other people that we do not ask for.",
        error_messages={"required": "Enter your answer"},
    )
