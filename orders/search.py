"""How staff find an order. A later app adds what it knows an order by, such as the courier's number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.db.models import Q

from accounts.models import User
from badgeportal.typed_text import tidy
from badgeportal.words import with_words
from orders.normalise import ods_key, organisation_key, phone_key
from orders.reference import parse_reference

# From what was typed to ids of orders.
Finder = Callable[[str], Iterable[int]]

_FINDERS: list[Finder] = []


def also_find_by(finder: Finder) -> None:
    """Let staff find orders by something that `finder` looks up."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)


def matching(text: str) -> Q:
    """Orders with this reference, email, postcode, phone number or ODS code, or with these words in the organisation's name.

    Each part of it has an index, and none looks into another table: one that had not would make the whole a walk through
    every order. Only a text without a letter that keys keep, such as a name in another script, walks through them all.
    """
    text = tidy(text)
    accounts = list(User.objects.with_email(text).values_list("pk", flat=True))
    found = _named(text) | Q(ods_code=ods_key(text)) | Q(account__in=accounts)
    reference = parse_reference(text)
    if reference:
        found |= Q(reference=reference)
    if phone := phone_key(text):
        found |= Q(phone_key=phone)
    compact = re.sub(r"[^A-Z0-9]", "", text.upper())
    if 5 <= len(compact) <= 7:
        found |= Q(postcode=f"{compact[:-3]} {compact[-3:]}")
    ids = {order_id for finder in _FINDERS for order_id in finder(text)}
    return found | Q(pk__in=ids) if ids else found


def _named(text: str) -> Q:
    """Organisations with every word of `text` in their name, or a word that begins so; accents and case do not matter."""
    words = organisation_key(text).split()
    if not words:
        # A name in letters that keys leave out.
        return Q(organisation_name__icontains=text)
    return with_words(" ".join(words), "organisation_key")


def received_by(text: str) -> Q:
    """Orders for somebody with these words in their name."""
    return with_words(text, "recipient_name")
