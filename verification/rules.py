"""The rules of verification, over plain facts: no database, no clock, no settings.

They are the brief's: an order of a CQC provider is verified when the account's email is on the CQC listing and the ODS code
is the listing's; an order of anybody else is looked at by a person when it is over 25 badges. A machine may accept; only a
person may refuse, so the worst that these rules can do to an order is to put it before a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from orders.england import is_plainly_in_england
from verification.models.assessment import Outcome, Reason

RULES_VERSION = "2"


class ListingFacts(NamedTuple):
    """One listing that an ODS code leads to. Codes and emails are normalised (`orders.normalise`)."""

    listing_id: int
    location_id: str
    provider_id: str
    site_code: str
    head_office_codes: frozenset[str]
    emails: frozenset[str]
    active: bool


class OrderFacts(NamedTuple):
    """What an order says, and what is known of its account and its earlier orders."""

    cqc_registered: bool
    quantity: int
    postcode: str
    ods_code: str = ""
    location_id: str = ""
    provider_id: str = ""
    listing_denied: bool = False
    changed_cqc_answer: bool = False
    # The account's address if it was confirmed, normalised; empty if not.
    confirmed_email: str = ""
    # The account has a CQC order that was never verified.
    cqc_order_never_verified: bool = False
    # A person approved this order, and it came back because its address was changed since.
    approved_before: bool = False
    # This order and all that count together with it (`verification.together`).
    badges_together: int = 0


class Limits(NamedTuple):
    """Badges that pass without a check when not CQC registered, and badges above which a person always looks."""

    unchecked: int
    large: int


class Verdict(NamedTuple):
    """What came out: no reasons means verified. `listing_id` is the listing that matched."""

    reasons: tuple[Reason, ...]
    listing_id: int | None = None

    @property
    def outcome(self) -> Outcome:
        return Outcome.TO_A_PERSON if self.reasons else Outcome.VERIFIED


def decide(order: OrderFacts, listings: Sequence[ListingFacts], limits: Limits) -> Verdict:
    """The verdict on `order`, given the listings (active or not) that its ODS code leads to."""
    matched: ListingFacts | None = None
    if order.cqc_registered:
        matched = matching_listing(order, listings)
        reasons = [] if matched and not order.listing_denied else why_no_match(order, listings)
    else:
        reasons = why_not_unchecked(order, limits)
    if order.quantity > limits.large:
        reasons.append(Reason.VERY_LARGE)
    if order.approved_before:
        reasons.append(Reason.ADDRESS_CHANGED)
    if not is_plainly_in_england(order.postcode):
        reasons.append(Reason.OUTSIDE_ENGLAND)
    return Verdict(tuple(reasons), matched.listing_id if matched else None)


def matching_listing(order: OrderFacts, listings: Sequence[ListingFacts]) -> ListingFacts | None:
    """The first of `listings` that the order matches; nothing but `is_match` counts as a match."""
    return next((listing for listing in listings if is_match(order, listing)), None)


def is_match(order: OrderFacts, listing: ListingFacts) -> bool:
    """The account's confirmed email is on the listing or its provider, the code is the listing's or its provider's, it is active,
    and it is the one that the provider said is theirs."""
    return (
        listing.active
        and email_is_listed(order, listing)
        and code_is_of(order.ods_code, listing)
        and is_confirmed_one(order, listing)
    )


def email_is_listed(order: OrderFacts, listing: ListingFacts) -> bool:
    """The account's confirmed email is a listed email of the listing or of its provider."""
    return order.confirmed_email != "" and order.confirmed_email in listing.emails


def code_is_of(ods_code: str, listing: ListingFacts) -> bool:
    """The code is the listing's site code or the head-office code of its provider."""
    return ods_code != "" and (ods_code == listing.site_code or ods_code in listing.head_office_codes)


def is_confirmed_one(order: OrderFacts, listing: ListingFacts) -> bool:
    """The listing is the location, or of the provider, that the person confirmed; anything goes if they were not asked."""
    if order.location_id and order.location_id != listing.location_id:
        return False
    return not order.provider_id or order.provider_id == listing.provider_id


def why_no_match(order: OrderFacts, listings: Sequence[ListingFacts]) -> list[Reason]:
    """Each part that does not fit, for a person to look at; never empty."""
    reasons = [Reason.LISTING_DENIED] if order.listing_denied else []
    with_code = [listing for listing in listings if code_is_of(order.ods_code, listing)]
    if not with_code:
        return [*reasons, Reason.CODE_UNKNOWN]
    confirmed = [listing for listing in with_code if is_confirmed_one(order, listing)]
    if not confirmed:
        return [*reasons, Reason.CODE_NOT_THIS_LISTING]
    active = [listing for listing in confirmed if listing.active]
    if not active:
        reasons.append(Reason.LISTING_CLOSED)
    if not order.confirmed_email:
        reasons.append(Reason.EMAIL_NOT_CONFIRMED)
    elif not any(email_is_listed(order, listing) for listing in active or confirmed):
        reasons.append(Reason.EMAIL_NOT_LISTED)
    return reasons


def why_not_unchecked(order: OrderFacts, limits: Limits) -> list[Reason]:
    """Why an order that is not CQC registered does not pass unchecked; empty if it does."""
    reasons: list[Reason] = []
    if order.changed_cqc_answer or order.cqc_order_never_verified:
        reasons.append(Reason.CHANGED_CQC_ANSWER)
    if order.quantity > limits.unchecked:
        reasons.append(Reason.OVER_THRESHOLD)
    elif order.badges_together > limits.unchecked:
        reasons.append(Reason.TOGETHER_OVER_THRESHOLD)
    return reasons


def inputs_digest(order: OrderFacts, listings: Sequence[ListingFacts], limits: Limits) -> str:
    """SHA-256 of what was compared, without any email: to see whether another attempt would compare anything else."""
    compared = (
        RULES_VERSION,
        order._replace(confirmed_email="yes" if order.confirmed_email else ""),
        sorted(
            (listing.location_id, listing.provider_id, listing.active, email_is_listed(order, listing))
            for listing in listings
        ),
        limits,
    )
    return hashlib.sha256(repr(compared).encode()).hexdigest()
