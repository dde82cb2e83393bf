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
