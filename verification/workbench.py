"""What an officer sees beside an order that waits: listings it may be, other orders from the same place, where to look."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote_plus

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from badgeportal.words import with_words
from orders.models import Order
from orders.models.answers import OrganisationType
from orders.normalise import email_key, ods_key, organisation_key, phone_key
from verification.models import ListedEmail, Listing, ProviderCode
from verification.models.listing import PHONE_DIGITS

MOST_CANDIDATES = 12
MOST_EARLIER_ORDERS = 15
# Words that half the register has in its names tell nothing.
_COMMON = frozenset(
    "care home house homes nursing residential services service support supported living lodge court group healthcare"
    " health ltd limited and of for in at st".split()
)
# Where the organisation's name may be a person's own, nothing offers to send it anywhere.
_PEOPLE = frozenset({OrganisationType.INDIVIDUAL_EMPLOYER, OrganisationType.PERSONAL_ASSISTANT})


class Candidate(NamedTuple):
    """A listing that the order may be of, what speaks for it, and the addresses that it lists."""

    listing: Listing
    because: list[str]
    emails: list[str]
    email_is_listed: bool

    @property
    def address(self) -> str:
        """The listing's address in one line."""
        place = self.listing
        lines = (place.address_line_1, place.address_line_2, place.town, place.county, place.postcode)
        return ", ".join(line for line in lines if line)


class LookUp(NamedTuple):
    """A search of the organisation's name elsewhere; nothing is sent until somebody follows it."""

    text: str
    address: str


def candidates_for(order: Order) -> list[Candidate]:
    """Listings with the order's code, postcode, phone or a similar name, the likeliest first. Three queries."""
    code = ods_key(order.ods_code)
    head_offices = set(ProviderCode.objects.with_code(code).values_list("provider_id", flat=True)) if code else set()
    listings = list(_similar_listings(order, code, head_offices))
    emails = _listed_emails(listings)
    account_email = email_key(order.account.email or "")
    found = []
    for listing in listings:
        listed = sorted(emails[listing.location_id] | emails[listing.provider_id])
        found.append(Candidate(listing, _because(order, listing, code, head_offices), listed, account_email in listed))
    found.sort(key=lambda candidate: (-len(candidate.because), not candidate.email_is_listed, candidate.listing.name))
    return found[:MOST_CANDIDATES]


def _similar_listings(order: Order, code: str, head_offices: set[str]) -> QuerySet[Listing]:
    alike = Q(pk=None)
    if code:
        alike |= Q(site_ods_code=code) | Q(provider_id__in=head_offices)
    if order.location_id:
        alike |= Q(location_id=order.location_id)
    if order.postcode:
        alike |= Q(postcode=order.postcode)
    phone = phone_key(order.phone)
    if phone:
        alike |= Q(phone_digits=phone)
    words = _telling_words(order.organisation_name)
    if words:
        alike |= with_words(" ".join(words[:3]), "name")
    return (
        Listing.objects.annotate(phone_digits=PHONE_DIGITS)
        .filter(alike)
        .order_by("status", "name", "location_id")[: MOST_CANDIDATES * 4]
    )


def _telling_words(name: str) -> list[str]:
    words = [word for word in organisation_key(name).split() if word not in _COMMON and len(word) > 2]
    return sorted(words, key=len, reverse=True)


def _because(order: Order, listing: Listing, code: str, head_offices: set[str]) -> list[str]:
    """What the order and the listing have in common, in words."""
    words = _telling_words(order.organisation_name)
    facts = {
        "the place they said is theirs": bool(order.location_id) and order.location_id == listing.location_id,
        "same site ODS code": bool(code) and listing.site_ods_code == code,
        "same head-office ODS code": listing.provider_id in head_offices,
        "same postcode": bool(order.postcode) and listing.postcode == order.postcode,
        "same phone number": bool(order.phone) and phone_key(listing.phone) == phone_key(order.phone),
        "similar name": bool(words) and all(word in organisation_key(listing.name) for word in words[:3]),
    }
    return [text for text, holds in facts.items() if holds]


def _listed_emails(listings: Sequence[Listing]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = ListedEmail.objects.filter(
        Q(location_id__in=[listing.location_id for listing in listings])
        | Q(provider_id__in={listing.provider_id for listing in listings} - {""})
    )
    for email, location_id, provider_id in rows.values_list("email", "location_id", "provider_id"):
        found[location_id or provider_id].add(email)
    return found


def earlier_orders(order: Order) -> list[Order]:
    """Other orders of the same account, address, phone or name, newest first, whatever became of them."""
    same = Q(account=order.account_id)
    for key in ("address_key", "phone_key", "organisation_key"):
        if getattr(order, key):
            same |= Q(**{key: getattr(order, key)})
    return list(Order.objects.filter(same).exclude(pk=order.pk).newest_first()[:MOST_EARLIER_ORDERS])


def email_is_confirmed(order: Order) -> bool:
    """Whether the owner of the account has confirmed its address."""
    addresses = EmailAddress.objects.filter(user=order.account_id, verified=True).values_list("email", flat=True)
    return email_key(order.account.email or "") in {email_key(address) for address in addresses}


def look_ups(order: Order) -> list[LookUp]:
    """Where the name of the organisation can be looked up; none where the name may be a person's own."""
    name = re.sub(r"\s+", " ", order.organisation_name).strip()
    if not name or order.organisation_type in _PEOPLE:
        return []
    query = quote_plus(name)
    return [
        LookUp("CQC", f"https://www.cqc.org.uk/search/all?query={query}"),
        LookUp(
            "Companies House", f"https://find-and-update.company-information.service.gov.uk/search/companies?q={query}"
        ),
        LookUp(
            "Charity Commission",
            f"https://register-of-charities.charitycommission.gov.uk/charity-search?p_p_state=normal&keywords={query}",
        ),
        LookUp("The web", f"https://duckduckgo.com/?q={query}"),
    ]
