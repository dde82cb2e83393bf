"""What fulfilment officers are asked before something is done."""

from __future__ import annotations

from django import forms

from badgeportal.govuk.forms import GovukMixin
from badgeportal.uploads.forms import UploadForm
from fulfilment.tracking.reading import MAX_BYTES


class ConfirmForm(forms.Form):
    """Asks for nothing but the button."""


class NewBatchForm(GovukMixin, forms.Form):
    nouns = {"limit": "the most orders to take"}

    limit = forms.IntegerField(
        label="Most orders to take",
        required=False,
        min_value=1,
        help_text="Leave empty to take all that wait. The oldest go first.",
    )


class HandoverForm(GovukMixin, forms.Form):
    """Whether DX was told of parcels that now stay behind, and that they are off the pallet."""

    dx_has_the_file = forms.ChoiceField(
        label="Does DX have the file of this batch already?",
        choices=[("no", "No"), ("yes", "Yes, it was sent to DX")],
        widget=forms.RadioSelect,
        help_text="If DX has it, we record what DX was told, and DX must be told that these parcels do not come.",
        error_messages={"required": "Select whether DX has the file already"},
    )
    off_the_pallet = forms.BooleanField(
        label="I have taken these parcels off the pallet",
        error_messages={"required": "Tick that the parcels are off the pallet"},
    )


class TrackingFileForm(UploadForm):
    nouns = {"file": "a tracking file"}

    file = forms.FileField(
        label="DX tracking file (CSV)",
        help_text="With the columns reference, consignment number, event and time, at most 20 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("The selected file must be smaller than 20 MB")
        return file
