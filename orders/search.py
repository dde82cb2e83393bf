"""How staff find an order. A later app adds what it knows an order by, such as the courier's number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.db.models import Q

from badgeportal.typed_text import tidy
from orders.normalise import email_key, ods_key
from orders.reference import parse_reference

# From what was typed to ids of orders.
Finder = Callable[[str], Iterable[int]]

_FINDERS: list[Finder] = []


def also_find_by(finder: Finder) -> None:
    """Let staff find orders by something that `finder` looks up."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)


def matching(text: str) -> Q:
    """Orders with this reference, email address, postcode or ODS code, or with these words in the organisation's name."""
    text = tidy(text)
    found = Q(organisation_name__icontains=text) | Q(account__email__iexact=email_key(text)) | Q(ods_code=ods_key(text))
    reference = parse_reference(text)
    if reference:
        found |= Q(reference=reference)
    compact = re.sub(r"[^A-Z0-9]", "", text.upper())
    if 5 <= len(compact) <= 7:
        found |= Q(postcode=f"{compact[:-3]} {compact[-3:]}")
    ids = {order_id for finder in _FINDERS for order_id in finder(text)}
    return found | Q(pk__in=ids) if ids else found
