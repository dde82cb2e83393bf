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
