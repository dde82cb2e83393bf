"""Reading, for many orders at once, what the rules compare: a fixed number of queries whatever the number of orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Exists, OuterRef

from badgeportal.bulk import among
from orders.lifecycle import State
from orders.models import Order, OrderEvent
from orders.normalise import email_key, ods_key
from verification.models import ListedEmail, Listing, ManualCheck, ProviderCode
from verification.rules import Limits, ListingFacts, OrderFacts
from verification.together import badges_together

_NOBODY: frozenset[str] = frozenset()
_NONE: frozenset[int] = frozenset()


class OrderRow(NamedTuple):
    """The columns of an order that assessment reads; `COLUMNS` names them for `values_list`."""

    order_id: int
    account_id: int
    account_email: str | None
    cqc_registered: bool
    quantity: int
    postcode: str
    ods_code: str
    location_id: str
    provider_id: str
    listing_denied: bool
    changed_cqc_answer: bool
    placed_at: datetime
    address_key: str
    phone_key: str
    organisation_key: str


COLUMNS = ("pk", "account_id", "account__email", *OrderRow._fields[3:])

# The listings of each ODS code.
Register = Mapping[str, Sequence[ListingFacts]]


class Reading(NamedTuple):
    """What is known about a chunk of orders."""

    register: Register
    confirmed_emails: Mapping[int, str]
    together: Mapping[int, int]
    never_verified: Mapping[int, Sequence[tuple[datetime, int]]]
    approved_before: frozenset[int]

    def facts_of(self, row: OrderRow, *, verified_now: set[int]) -> OrderFacts:
        """The rules' view of `row`; `verified_now` are orders of this chunk that matched a moment ago."""
        return OrderFacts(
            cqc_registered=row.cqc_registered,
            quantity=row.quantity,
            postcode=row.postcode,
            ods_code=ods_key(row.ods_code),
            location_id=row.location_id,
            provider_id=row.provider_id,
            listing_denied=row.listing_denied,
            changed_cqc_answer=row.changed_cqc_answer,
            confirmed_email=self.confirmed_emails.get(row.account_id, ""),
            cqc_order_never_verified=not row.cqc_registered
            and any(
                placed_at <= row.placed_at and order_id not in verified_now
                for placed_at, order_id in self.never_verified.get(row.account_id, ())
            ),
            approved_before=row.order_id in self.approved_before,
            badges_together=self.together.get(row.order_id, 0),
        )

    def listings_of(self, row: OrderRow) -> Sequence[ListingFacts]:
        """The listings that the ODS code of `row` leads to; none for an order that is not CQC registered."""
        return self.register.get(ods_key(row.ods_code), ()) if row.cqc_registered else ()


def read_facts(rows: Sequence[OrderRow]) -> Reading:
    """Everything the rules compare for the orders `rows`, in a fixed number of queries."""
    of_cqc = [row for row in rows if row.cqc_registered]
    others = [row for row in rows if not row.cqc_registered]
    emails = read_confirmed_emails(of_cqc)
    return Reading(
        register=read_register({ods_key(row.ods_code) for row in of_cqc} - {""}, emails=set(emails.values())),
        confirmed_emails=emails,
        together=badges_together(others),
        never_verified=read_never_verified({row.account_id for row in others}),
        approved_before=read_approved([row.order_id for row in rows]),
    )


def read_approved(order_ids: Sequence[int]) -> frozenset[int]:
    """Those of `order_ids` that a person approved before: they are assessed again only because their address was changed."""
    approved = ManualCheck.objects.approved().of_orders(order_ids)
    return frozenset(approved.values_list("order_id", flat=True)) if order_ids else _NONE


def limits() -> Limits:
    """The two numbers that the settings lay down."""
    return Limits(unchecked=settings.MANUAL_CHECK_THRESHOLD, large=settings.LARGE_ORDER_THRESHOLD)


def read_confirmed_emails(rows: Iterable[OrderRow]) -> dict[int, str]:
    """The address of each account of `rows`, normalised, if the account's owner has confirmed it."""
    own = {row.account_id: email_key(row.account_email or "") for row in rows}
    if not own:
        return {}
    confirmed = EmailAddress.objects.filter(among("user", own), verified=True).values_list("user_id", "email")
    return {user_id: own[user_id] for user_id, email in confirmed if own[user_id] and email_key(email) == own[user_id]}


def read_register(codes: set[str], *, emails: set[str]) -> dict[str, list[ListingFacts]]:
    """The listings of each of `codes` (site codes or head-office codes), each with those of `emails` that it lists."""
    if not codes:
        return {}
    head_offices: dict[str, set[str]] = defaultdict(set)
    for provider_id, code in ProviderCode.objects.filter(among("ods_code", codes)).values_list(
        "provider_id", "ods_code"
    ):
        head_offices[provider_id].add(code)
    of_location, of_provider = _read_listed(emails)
    found: dict[str, list[ListingFacts]] = defaultdict(list)
    rows = (
        Listing.objects.filter(among("site_ods_code", codes) | among("provider_id", head_offices))
        .order_by("location_id")
        .values_list("pk", "location_id", "provider_id", "site_ods_code", "status")
    )
    for pk, location_id, provider_id, site_code, status in rows:
        listing = ListingFacts(
            listing_id=pk,
            location_id=location_id,
            provider_id=provider_id,
            site_code=site_code,
            head_office_codes=frozenset(head_offices.get(provider_id, ())),
            emails=of_location.get(location_id, _NOBODY) | of_provider.get(provider_id, _NOBODY),
            active=status == Listing.Status.ACTIVE,
        )
        for code in {site_code, *listing.head_office_codes} & codes:
            found[code].append(listing)
    return found


def _read_listed(emails: set[str]) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Which locations and which providers list which of `emails`."""
    of_location: dict[str, set[str]] = defaultdict(set)
    of_provider: dict[str, set[str]] = defaultdict(set)
    rows = ListedEmail.objects.filter(among("email", emails)).values_list("email", "location_id", "provider_id")
    for email, location_id, provider_id in rows:
        if location_id:
            of_location[location_id].add(email)
        else:
            of_provider[provider_id].add(email)
    return (
        {key: frozenset(found) for key, found in of_location.items()},
        {key: frozenset(found) for key, found in of_provider.items()},
    )


def read_never_verified(accounts: set[int]) -> dict[int, list[tuple[datetime, int]]]:
    """The CQC orders of `accounts` that never became verified, whatever became of them: when placed, and the order's id."""
    if not accounts:
        return {}
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    was_verified = OrderEvent.objects.filter(order=OuterRef("pk"), to_state=State.VERIFIED)
    rows = (
        Order.objects.filter(among("account", accounts), cqc_registered=True)
        .exclude(Exists(was_verified))
        .values_list("account_id", "placed_at", "pk")
    )
    for account_id, placed_at, order_id in rows:
        found[account_id].append((placed_at, order_id))
    return found
