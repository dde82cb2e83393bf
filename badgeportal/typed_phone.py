"""A phone number as people type it, kept in the one international spelling."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException, ValidationResult, is_possible_number_with_reason

NO_PHONE_NUMBER = "Enter a phone number, like 01632 960 001 or 07700 900 982"
NO_EXTENSION = "Enter a phone number without an extension"


class TypedPhoneField(forms.CharField):
    """A number that a person could ring, as `+441632960001`; empty when none is asked for and none is typed.

    Whether it could be rung, not whether its range is known: lists of ranges are late, and a person rings anyway.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            number = PhoneNumber.from_string(typed, region=settings.PHONENUMBER_DEFAULT_REGION)
        except NumberParseException:
            # Without its cause, which repeats what was typed.
            raise ValidationError(NO_PHONE_NUMBER, code="invalid") from None
        possible = is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
        if not possible or str(number.national_number)[0] == "0":
            raise ValidationError(NO_PHONE_NUMBER, code="invalid")
        if number.extension:
            # The spelling that is kept has no room for it, and it would be lost without a word.
            raise ValidationError(NO_EXTENSION, code="invalid")
        return str(number.as_e164)
