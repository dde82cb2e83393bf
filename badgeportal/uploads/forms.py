"""Asks for a file, and for a yes to what was found in it."""

from __future__ import annotations

from typing import Any

from django import forms

from badgeportal.govuk.forms import GovukMixin


class UploadForm(GovukMixin, forms.Form):
    """A form with a file. `refused`: what the upload handler said while the file came in."""

    nouns = {"file": "a file"}

    file = forms.FileField(label="File")

    def __init__(self, *args: Any, refused: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if refused:
            self.fields["file"].error_messages["required"] = refused


class ConfirmForm(forms.Form):
    """Nothing but the button; with `unusual`, a box that has to be ticked first."""

    agreed = forms.BooleanField(required=True, error_messages={"required": "Tick the box if that is right"})

    def __init__(self, *args: Any, unusual: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if unusual:
            self.fields["agreed"].label = unusual
        else:
            del self.fields["agreed"]
