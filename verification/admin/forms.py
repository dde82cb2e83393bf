"""What officers write on the workbench."""

from __future__ import annotations

from typing import Any

from django import forms

from badgeportal.govuk.forms import GovukMixin
from badgeportal.typed_text import TypedProseField
from badgeportal.uploads.forms import UploadForm
from orders.correcting import address_version
from verification.checking.evidence import Evidence
from verification.models import ManualCheck, RefusalReason
from verification.register.uploaded import CONTACTS, HSCA
from verification.telling import refusal_words


def _text(label: str, name: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=getattr(ManualCheck._meta.get_field(name), "max_length", None),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )


_KEPT = ("address_evidence", "phone_evidence", "sources", "note")


class EvidenceForm(GovukMixin, forms.Form):
    """What was found. Nothing is required to save; a decision asks for more (`verification.checking.evidence`)."""

    address_evidence = _text("How you checked the address", "address_evidence", "Needed to approve.")
    phone_evidence = _text(
        "How you checked the phone number", "phone_evidence", "Needed to approve, if the provider gave a number."
    )
    sources = _text("Where you looked", "sources", "For example web pages or registers. Needed to approve.")
    note = _text(
        "Note for colleagues", "note", "Needed to refuse or to ask for a second person. The provider does not see it."
    )

    question = TypedProseField(
        label="Question to the provider",
        what="The question",
        max_length=1000,
        required=False,
        help_text="Only if you need to know more. The provider reads it as you write it, by email and on the order’s page.",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )
    # The address as it was when the page was shown: an officer approves the one that they saw.
    address_seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    missing = {
        "address_evidence": "Enter how you checked the address",
        "phone_evidence": "Enter how you checked the phone number",
        "sources": "Enter where you looked",
        "note": "Enter a note for your colleagues",
        "question": "Enter the question to the provider",
    }

    @classmethod
    def of(cls, check: ManualCheck) -> EvidenceForm:
        """The form with what is kept on `check`."""
        return cls(
            initial={name: getattr(check, name) for name in _KEPT} | {"address_seen": address_version(check.order)}
        )

    def seeing(self, check: ManualCheck) -> EvidenceForm:
        """This form, sent back with the address of `check` as it now is."""
        self.data = {**self.data.dict(), "address_seen": str(address_version(check.order))}  # type: ignore[attr-defined]
        return self

    def evidence(self) -> Evidence:
        """What a valid form says."""
        typed: dict[str, Any] = self.cleaned_data
        return Evidence(
            address=typed["address_evidence"],
            phone=typed["phone_evidence"],
            sources=typed["sources"],
            note=typed["note"],
        )


def _reasons() -> list[tuple[str, str]]:
    """Each reason with the words in which the provider is told."""
    return [(value, f"{label}. “{refusal_words(value)}”") for value, label in RefusalReason.choices]


class RefusalForm(GovukMixin, forms.Form):
    """Why the order is refused: a reason that the provider is told, and a note that they are not."""

    nouns = {"refusal_reason": "why you refuse the order"}

    refusal_reason = forms.ChoiceField(label="Reason", choices=_reasons, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note for colleagues",
        help_text="What you found, so that a colleague can answer when the provider rings. The provider does not see it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70}),
        error_messages={"required": "Enter a note for your colleagues"},
    )


class RegisterFileForm(UploadForm):
    """A file of the register, and which of the two it is."""

    nouns = {"file": "a file", "kind": "which file it is"}

    kind = forms.ChoiceField(
        label="Which file is it?",
        choices=[
            (HSCA, "CQC’s monthly file (HSCA_Active_Locations.ods)"),
            (CONTACTS, "The contact extract (CSV or .xlsx)"),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("kind", "file")
