"""What staff are asked before something is done about a request, a complaint or a breach."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Breach, Complaint, DataRequest, User
from accounts.rights.clock import day_of
from accounts.rights.contact import Contact
from badgeportal.govuk.forms import GovukMixin
from badgeportal.inventory import order_names
from badgeportal.privacy.subject import DataSubject
from badgeportal.typed_text import TypedProseField, TypedTextField

_NAMES_SOMEBODY = re.compile(r"\S@\S|(?:\d[\s-]?){9,}")


class DayField(forms.DateField):
    """A day as it is written in Britain."""

    def __init__(self, **kwargs: Any) -> None:
        texts = {"invalid": "Enter a date, like 31/03/2027"}
        super().__init__(
            input_formats=["%d/%m/%Y", "%Y-%m-%d"],
            widget=forms.DateInput(format="%d/%m/%Y"),
            error_messages=texts,
            **kwargs,
        )


class MomentField(forms.DateTimeField):
    """A day and a time in the United Kingdom, in the past."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"],
            widget=forms.DateTimeInput(format="%d/%m/%Y %H:%M"),
            error_messages={"invalid": "Enter a date and time, like 31/03/2027 17:00"},
            help_text="Date and time in the United Kingdom, like 31/03/2027 17:00.",
            **kwargs,
        )


class _Form(GovukMixin, forms.Form):
    """A form of these pages."""


class SureForm(_Form):
    """Asks for nothing but the button."""


class WhoForm(_Form):
    """Who asks or complains, how it came, and what they say."""

    nouns = {
        "channel": "how it came", "words": "what the person says", "received_on": "the day it was received",
    }  # fmt: skip

    channel = forms.ChoiceField(label="How it came", choices=DataRequest.Channel.choices, widget=forms.RadioSelect)
    received_on = DayField(
        label="Received on", help_text="The day it reached us, also when that was a Sunday. Like 31/03/2027."
    )
    account_email = forms.EmailField(
        label="Email address of their account", required=False, help_text="If they have one."
    )
    name = TypedTextField(what="Name", label="Name, without an account", max_length=100, required=False)
    email = forms.EmailField(
        label="Email address for the answer, without an account", required=False, max_length=254
    )  # fmt: skip
    address = TypedProseField(
        what="Postal address", label="Postal address for the answer, without an account", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    words = TypedProseField(
        what="What the person says", label="In the person’s words", max_length=3000, required=False,
        help_text="As they said or wrote it. No more about them than is needed.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = day_of(timezone.now())

    def clean_received_on(self) -> Any:
        received = self.cleaned_data["received_on"]
        if received > day_of(timezone.now()):
            raise forms.ValidationError("The day it was received must be today or in the past")
        return received

    def clean_account_email(self) -> str:
        email = self.cleaned_data["account_email"]
        if email and not User.objects.providers().with_email(email).exists():
            raise forms.ValidationError(
                "No account has this email address. Leave it empty, and give a name and where to answer"
            )
        return email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        typed = [given.get(name) for name in ("name", "email", "address")]
        if self.errors:
            return given
        if given["account_email"] and any(typed):
            self.add_error("account_email", "Give either the account or a name and where to answer, not both")
        elif not given["account_email"] and not (given["email"] or given["address"] or given.get("listed_email")):
            self.add_error("email", "Enter an email address or a postal address for the answer, or the account")
        return given

    def subject(self) -> DataSubject | None:
        email = self.cleaned_data["account_email"]
        if email:
            return DataSubject.of_account(User.objects.providers().with_email(email).get().pk)
        listed = self.cleaned_data.get("listed_email")
        return DataSubject.listed_inbox(listed) if listed else None

    def contact(self) -> Contact:
        given = self.cleaned_data
        return Contact(name=given["name"], email=given["email"], address=given["address"])


class NewRequestForm(WhoForm):
    nouns = {**WhoForm.nouns, "kind": "what the person asks for", "identity": "whether we know who asks"}

    kind = forms.ChoiceField(label="What they ask for", choices=DataRequest.Kind.choices, widget=forms.RadioSelect)
    listed_email = forms.EmailField(
        label="Email address on a CQC listing, if it is about that", required=False, max_length=254
    )  # fmt: skip
    orders = forms.CharField(
        label="Orders that are addressed to them, without an account", required=False, max_length=500,
        help_text="Their references, with a space between them, like CARE-7K3M-9Q2P. Find them by name or address under Parcels.",
    )  # fmt: skip
    identity = forms.ChoiceField(
        label="Do we know that they are who they say?", widget=forms.RadioSelect,
        choices=[("known", "Yes, there is no doubt"), ("ask", "No, ask them. The month begins when we know")],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["kind", "channel", "received_on", "account_email", "listed_email", "orders"])

    def clean_orders(self) -> tuple[int, ...]:
        """The numbers of the orders; ValidationError names a reference that is none."""
        typed = self.cleaned_data["orders"].replace(",", " ").split()
        found = order_names().find(typed)
        for reference in typed:
            if reference not in found:
                raise forms.ValidationError(f"There is no order {reference}. Check the reference")
        return tuple(found.values())

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("orders") and (given.get("account_email") or given.get("listed_email")):
            self.add_error("orders", "Give orders only for a person without an account, and not with a listed address")
        return given

    def subject(self) -> DataSubject | None:
        orders = self.cleaned_data["orders"]
        return DataSubject.recipient_of(orders) if orders else super().subject()


class NewComplaintForm(WhoForm):
    request = forms.CharField(
        label="About the data request", required=False, max_length=20, help_text="Its reference, like DR-00012."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = True
        self.order_fields(["channel", "received_on", "request"])

    def clean_request(self) -> int | None:
        """The number of the request; ValidationError when there is none of that reference."""
        given = self.cleaned_data["request"].strip().upper().removeprefix("DR-")
        if not given:
            return None
        if not given.isdecimal() or not DataRequest.objects.filter(pk=int(given)).exists():
            raise forms.ValidationError("No data request has this reference")
        return int(given)


class QuestionForm(_Form):
    question = TypedProseField(what="The question", label="The question", max_length=2000)


class ExtendForm(_Form):
    nouns = {"reason": "why it takes longer"}

    reason = forms.ChoiceField(
        label="Why it takes longer", choices=DataRequest.Extension.choices, widget=forms.RadioSelect
    )
    explanation = TypedProseField(
        what="The explanation", label="What the person is told", max_length=2000, help_text="Why you need the time."
    )


class MeetForm(_Form):
    answer = TypedProseField(
        what="The answer", label="What the person is told", max_length=3000, required=False,
        help_text="What you did, if there is more to say than that it is done. It goes into the email.",
    )  # fmt: skip


class RefuseForm(_Form):
    nouns = {"reason": "why it is refused"}

    reason = forms.ChoiceField(label="Why it is refused", choices=DataRequest.Refusal.choices, widget=forms.RadioSelect)
    explanation = TypedProseField(
        what="The explanation", label="What the person is told", max_length=3000,
        help_text="Why, in their case. How to complain to the DPO and the ICO is added.",
    )  # fmt: skip


class FindingsForm(_Form):
    findings = TypedProseField(what="The findings", label="What we found", max_length=3000)


class OutcomeForm(_Form):
    nouns = {"outcome": "the outcome"}

    outcome = forms.ChoiceField(label="Outcome", choices=Complaint.Outcome.choices, widget=forms.RadioSelect)
    answer = TypedProseField(what="The answer", label="What the person is told", max_length=3000)


class NamelessProseField(TypedProseField):
    """Text about an event: no email address and no phone number, because the log is kept when people are erased."""

    def to_python(self, value: Any) -> str:
        """The text; raises ValidationError where it looks as if it named somebody."""
        text = super().to_python(value)
        if _NAMES_SOMEBODY.search(text):
            raise forms.ValidationError(
                f"{self.what} must not contain email addresses, phone numbers or other long numbers"
            )
        return text


class NewBreachForm(_Form):
    nouns = {"what": "what happened", "noticed_at": "when it was noticed", "people": "how many people"}

    what = NamelessProseField(
        what="What happened", label="What happened", max_length=3000,
        help_text="Describe it without names, email addresses or phone numbers.",
    )  # fmt: skip
    noticed_at = MomentField(label="When it was noticed")
    happened_on = DayField(label="When it happened, if known", required=False)
    people = forms.IntegerField(label="How many people, about", required=False, min_value=0)
    near_miss = forms.BooleanField(label="A near miss: nothing reached the wrong hands", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["noticed_at"].initial = timezone.localtime


class RiskForm(_Form):
    nouns = {"risk": "the risk to people"}

    risk = forms.ChoiceField(
        label="Risk to people", choices=[c for c in Breach.Risk.choices if c[0] != "unknown"], widget=forms.RadioSelect
    )
    reason = NamelessProseField(what="The reason", label="Why we think so", max_length=2000)


class ReportedForm(_Form):
    reported_at = MomentField(label="When the ICO was told")
    ico_reference = TypedTextField(
        what="The reference", label="The ICO’s reference, if there is one", max_length=40, required=False
    )
    late_reason = NamelessProseField(
        what="The reason", label="Why later than 72 hours, if it was", max_length=2000, required=False
    )


class ToldForm(_Form):
    told_at = MomentField(label="When the people concerned were told")


class CloseBreachForm(_Form):
    measures = NamelessProseField(
        what="What was done", label="What was done about it, and so that it does not happen again", max_length=3000
    )
