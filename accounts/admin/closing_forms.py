"""What managers are asked about the closing of the portal."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.closing.waiting import Open
from accounts.models import ClosingSettlement

_FORMATS = ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"]


def _moment(label: str, help_text: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=f"{help_text} Date and time in the United Kingdom, like 31/03/2027 17:00.",
        error_messages={
            "required": f"Enter when {label[0].lower()}{label[1:]}",
            "invalid": "Enter a date and time, like 31/03/2027 17:00",
        },
        widget=forms.DateTimeInput(format="%d/%m/%Y %H:%M"),
        input_formats=_FORMATS,
    )


class ScheduleForm(forms.Form):
    ordering_stops_at = _moment("Ordering stops", "Nobody can register or order from then on.")
    sign_in_stops_at = _moment("Sign-in stops", "People who order can follow their orders until then.")
    destroyed_from = _moment("The data is destroyed from", "It begins then by itself, unless something is still open.")
    staff_kept_until = forms.DateField(
        label="Keep staff accounts until (optional)",
        required=False,
        help_text="The last day, like 30/06/2027. Leave empty to anonymise staff with everybody else. DHSC analysts keep"
        " their sign-in for the reports.",
        error_messages={"invalid": "Enter a date, like 30/06/2027"},
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
    )


class SureForm(forms.Form):
    sure = forms.BooleanField(
        label="I have read this and am sure", error_messages={"required": "Tick the box to confirm"}
    )


class KeyForm(forms.Form):
    sure = forms.BooleanField(
        label="Every copy of BACKUP_KEY is destroyed",
        error_messages={"required": "Tick the box once every copy is gone"},
    )


class SettleForm(forms.Form):
    marks = forms.MultipleChoiceField(
        label="What need not be waited for",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what need not be waited for"},
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=ClosingSettlement.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why"},
    )

    def __init__(self, *args: Any, matters: list[Open], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["marks"]
        field.choices = [(one.mark, f"{one.matter.name}: {one.matter.state}") for one in matters]
