"""Phone numbers as people read them; the database has them in one international spelling."""

from __future__ import annotations

from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException


def national_phone(number: str) -> str:
    """A stored number as people in Britain write it; one from abroad, or that is no number, as it is."""
    if not number:
        return ""
    try:
        parsed = PhoneNumber.from_string(number, region="GB")
    except NumberParseException:
        return number
    return str(parsed.as_national) if parsed.country_code == 44 else number


def international_phone(typed: str) -> str:
    """A number as the database has it, from how a caller says it in Britain or abroad; empty when it is no number."""
    try:
        parsed = PhoneNumber.from_string(typed, region="GB")
    except NumberParseException:
        return ""
    return str(parsed.as_e164) if parsed.is_valid() else ""
