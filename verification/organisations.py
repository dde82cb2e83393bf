"""What the register says an ODS code may stand for, as the choices that a provider is given. Names and towns only."""

from __future__ import annotations

from typing import NamedTuple

from orders.normalise import ods_key
from verification.models import Listing, ProviderCode

# More sites than this are not a list that anybody reads: the provider as a whole is offered instead.
MOST_SITES = 20
# `Order.organisation_name` takes this many characters; a copy for the screen, and the listing keeps the whole name.
_LONGEST_NAME = 100


class Organisation(NamedTuple):
    """One choice: a place, or a provider with all its places (then `location_id` is empty)."""

    name: str
    where: str
    provider_id: str
    location_id: str = ""

    @property
    def value(self) -> str:
        """What the form posts for it."""
        return self.location_id or f"provider {self.provider_id}"

    @property
    def name_to_keep(self) -> str:
        """The name as an order keeps it."""
        return self.name if len(self.name) <= _LONGEST_NAME else self.name[: _LONGEST_NAME - 1].rstrip() + "…"


def organisations_for(ods_code: str) -> list[Organisation]:
    """What the code may stand for: each provider whose head-office code it is, then each place; empty when it is unknown.

    A provider with one place is that place. Only active listings count. Two queries.
    """
    code = ods_key(ods_code)
    head_offices = set(ProviderCode.objects.with_code(code).values_list("provider_id", flat=True))
    places = list(
        Listing.objects.with_code(code)
        .order_by("name", "location_id")
        .only("name", "town", "postcode", "location_id", "provider_id", "provider_name", "site_ods_code")
    )
    found: list[Organisation] = []
    for provider_id in sorted({place.provider_id for place in places} & head_offices):
        own = [place for place in places if place.provider_id == provider_id]
        if len(own) > 1:
            name = next((place.provider_name for place in own if place.provider_name), f"CQC provider {provider_id}")
            found.append(Organisation(name=name, where=f"all {len(own)} places", provider_id=provider_id))
    if len(places) <= MOST_SITES or not found:
        found += [
            Organisation(
                name=place.name, where=place.town, provider_id=place.provider_id, location_id=place.location_id
            )
            for place in places
        ]
    return found


def name_for_code(ods_code: str) -> str:
    """The name to keep for an order of this code if it stands for one place or one provider; empty if not."""
    found = organisations_for(ods_code)
    if len(found) == 1 or (found and not found[0].location_id and len({one.provider_id for one in found}) == 1):
        return found[0].name_to_keep
    return ""
