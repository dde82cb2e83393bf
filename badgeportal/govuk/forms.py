"""Forms that speak plain English and know how they look as GOV.UK components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

# What to tell people, by Django's error code. {noun} is the field in the middle of a sentence, {Noun} at its beginning.
TYPED = {
    "required": "Enter {noun}",
    "invalid": "Enter {noun} in the correct format",
    "max_length": "{Noun} must be %(limit_value)d characters or fewer",
    "min_length": "{Noun} must be %(limit_value)d characters or more",
    "null_characters_not_allowed": "{Noun} must not contain characters that cannot be seen",
}
CHOSEN = {
    "required": "Select {noun}",
    "invalid_choice": "Select {noun} from the list",
    "invalid_list": "Select {noun} from the list",
}
EMAIL = {"invalid": "Enter an email address in the correct format, like name@example.com"}
NUMBER = {
    "invalid": "{Noun} must be a whole number, like 25",
    "min_value": "{Noun} must be %(limit_value)s or more",
    "max_value": "{Noun} must be %(limit_value)s or fewer",
}
FILE = {
    "required": "Select {noun}",
    "missing": "Select {noun}",
    "empty": "The selected file is empty",
    "invalid": "The selected file could not be uploaded. Try again",
}


class GovukMixin:
    """For any Django form, allauth's too: plain error texts, and how each field is drawn.

    `nouns` names a field inside its error texts where the label does not serve ("how many badges you need").
    `govuk` gives a field's component further options, as `{"postcode": {"classes": "govuk-input--width-10"}}`.
    `conditional` puts fields under a choice, as `{"registered": {"yes": ["ods_code"]}}`.
    `choice_hints` explains choices, as `{"registered": {"yes": "You have an ODS code"}}`.
    A field with error texts of its own keeps them.
    """

    nouns: ClassVar[Mapping[str, str]] = {}
    govuk: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    conditional: ClassVar[Mapping[str, Mapping[str, list[str]]]] = {}
    choice_hints: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser's own bubbles are in its language and vanish; ours are above the page and stay.
        self.use_required_attribute = False
        for name, field in self.fields.items():
            _put_plain_texts(field, self._noun(name, field))

    def _noun(self, name: str, field: forms.Field) -> str:
        label = str(field.label or name.replace("_", " ")).rstrip("?: ")
        return self.nouns.get(name, label)

    def top_fields(self) -> Iterator[BoundField]:
        """The visible fields in their order, without those that belong under a choice of another."""
        inner = {name for choices in self.conditional.values() for names in choices.values() for name in names}
        return (field for field in self.visible_fields() if field.name not in inner)  # type: ignore[attr-defined]


class GovukForm(GovukMixin, forms.Form):
    """A form of the portal."""


def _put_plain_texts(field: forms.Field, noun: str) -> None:
    texts = dict(TYPED)
    if isinstance(field, forms.FileField):
        texts |= FILE
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.BooleanField):
        texts |= CHOSEN
    elif isinstance(field, forms.EmailField):
        texts |= EMAIL
    elif isinstance(field, forms.IntegerField):
        texts |= NUMBER
    standard = _standard_texts(field)
    # Abbreviations and "I" keep their capitals.
    middle = noun if noun[1:2].isupper() or noun.startswith("I ") else noun[:1].lower() + noun[1:]
    for code, text in texts.items():
        # Only Django's own wording gives way: whoever built the field knew better.
        if field.error_messages.get(code) is standard.get(code):
            words = {"noun": middle.replace("%", "%%"), "Noun": (noun[:1].upper() + noun[1:]).replace("%", "%%")}
            field.error_messages[code] = text.format(**words)


def _standard_texts(field: forms.Field) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for layer in reversed(type(field).__mro__):
        if layer.__module__.startswith("django."):
            texts.update(getattr(layer, "default_error_messages", {}))
    return texts
