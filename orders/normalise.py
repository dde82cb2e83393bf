"""One spelling for things that people write in many ways, so that orders from the same place are found together."""

from __future__ import annotations

import re
import unicodedata

_COMPANY_ENDINGS = re.compile(r"\b(limited|ltd|plc|llp|cic|company|co)\b")


def email_key(email: str) -> str:
    """Trimmed and case-folded, nothing more: `A.B@x` and `ab@x` are two addresses."""
    return email.strip().casefold()


def ods_key(code: str) -> str:
    """Upper case without spaces."""
    return re.sub(r"\s+", "", code).upper()


def phone_key(phone: str) -> str:
    """The last ten digits, so that `+44 161…` and `0161…` are one number; empty without that many."""
    digits = re.sub(r"\D", "", phone)
    return digits[-10:] if len(digits) >= 10 else ""


def organisation_key(name: str) -> str:
    """Lower case letters and digits, without accents, punctuation and endings such as Limited."""
    plain = _plain(name).replace("&", " and ")
    plain = _COMPANY_ENDINGS.sub(" ", re.sub(r"[^a-z0-9 ]", " ", plain.replace("'", "")))
    return " ".join(word for word in plain.split() if word != "the")[:100]


def address_key(line_1: str, postcode: str) -> str:
    """Postcode and first line: the same door however the rest is written. Empty when either is missing."""
    door = re.sub(r"[^a-z0-9]", "", _plain(line_1))
    code = re.sub(r"[^A-Z0-9]", "", postcode.upper())
    return f"{code} {door}"[:120] if door and code else ""


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))
