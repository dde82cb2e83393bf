"""What a portal manager says about published figures."""

from __future__ import annotations

from datetime import timedelta

from django import forms

from reports.models import Snapshot


class WeekForm(forms.Form):
    week = forms.DateField(
        label="The Monday on which the week begins",
        help_text="Like 16/11/2026. The week must be over.",
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={
            "required": "Enter the Monday on which the week begins",
            "invalid": "Enter a date, like 16/11/2026",
        },
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why the figures are withdrawn",
        help_text="Everybody who reads management information sees this in their place. Name no person and no organisation.",
        max_length=Snapshot._meta.get_field("withdrawn_reason").max_length,
        error_messages={"required": "Enter why the figures are withdrawn"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def week_in_words(snapshot: Snapshot) -> str:
    """Such as `16 to 22 November 2026`."""
    last = snapshot.week + timedelta(days=6)
    first = f"{snapshot.week:%-d}" if snapshot.week.month == last.month else f"{snapshot.week:%-d %B}"
    return f"{first} to {last:%-d %B %Y}"
