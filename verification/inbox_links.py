"""The second way to a match: a link sent to the listed inbox, where whoever controls it presses a button.

Nobody learns from it whether a listing has an inbox, or which: asking gives the same answer in every case, and a row is
written in every case so that the daily limits do not tell either.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.outbox.actions import queue_sealed_mail
from orders.england import is_plainly_in_england
from orders.lifecycle import UNDECIDED_STATES, Who
from orders.models import Order
from orders.moves import move_orders
from orders.normalise import ods_key
from orders.restricting import restricted_orders
from verification.checking import closing
from verification.kinds import INBOX_LINK_ASKED_FOR, INBOX_LINK_USED
from verification.models import ListedEmail, ListedInboxLink, Listing, ManualCheck, Reason

MAIL = "listed_inbox_link"
ACTOR = Actor.system("listed-inbox-link")
REASON = "listed_inbox"

# A listing that names many people is asked at the first few of its addresses, in a fixed order.
MOST_ADDRESSES = 3
# What a press of the button cannot settle: a person looks at these also when the register matches.
ALWAYS_A_PERSON = frozenset({Reason.VERY_LARGE, Reason.OUTSIDE_ENGLAND, Reason.ADDRESS_CHANGED})


class NoListingToAsk(Exception):
    """The order's code leads to no single active listing or provider, or the order does not wait for its check."""


class AskedTooOften(Exception):
    """The order has had its links for one day."""


class LinkState(Enum):
    """What a link can do now, and the page that says so."""

    USABLE = "usable"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    ENDED = "ended"
    PAUSED = "paused"


class Found(NamedTuple):
    """A link as it stands."""

    state: LinkState
    link: ListedInboxLink | None = None


def listing_to_ask(order: Order) -> Listing | None:
    """The listing whose inbox may confirm `order`: the one confirmed by the provider, or the only one that the code fits.

    Of a whole provider, its first listing. None when the code leads to several providers or to none, and when the
    provider said that the listing is not theirs.
    """
    if not order.cqc_registered or order.listing_denied:
        return None
    listings = Listing.objects.with_code(ods_key(order.ods_code)).confirmed_as(
        location_id=order.location_id, provider_id=order.provider_id
    )
    found = list(listings.order_by("location_id")[:2])
    if len(found) == 2 and listings.values("provider_id").distinct().count() > 1:
        return None
    return found[0] if found else None


@transaction.atomic(durable=True)
def ask_listed_inbox(*, order: Order, actor: Actor, now: datetime) -> None:
    """Have a link sent to the inbox on the listing of `order`, if there is one; nothing tells whether there is.

    Raises NoListingToAsk and AskedTooOften. A restricted account or a held order is NoListingToAsk. When the listing has
    had its links for the day, from whatever orders, the answer is the usual one and nothing is sent.
    """
    # The account is read by itself: joined, it would be as it was before the wait for the lock.
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    listing = listing_to_ask(order)
    if listing is None or order.state not in UNDECIDED_STATES or order.is_held or restricted_orders([order]):
        raise NoListingToAsk
    # The listing is locked so that two orders cannot both be the last of the day.
    Listing.objects.select_for_update().get(pk=listing.pk)
    a_day_ago = now - timedelta(days=1)
    if ListedInboxLink.objects.of_order(order.pk).since(a_day_ago).count() >= settings.INBOX_LINKS_A_DAY_OF_ORDER:
        raise AskedTooOften
    quiet = (
        ListedInboxLink.objects.to_listing(listing.pk).since(a_day_ago).count() >= settings.INBOX_LINKS_A_DAY_TO_LISTING
    )
    addresses = [] if quiet else _addresses(order, listing)
    _send(order=order, listing=listing, addresses=addresses, now=now)
    record(kind=INBOX_LINK_ASKED_FOR, actor=actor, subject=order, now=now, order=order.pk, sent=len(addresses))


def _addresses(order: Order, listing: Listing) -> list[str]:
    """The listed addresses to ask: the place's own if the order is for the place, else and otherwise its provider's."""
    of_place = ListedEmail.objects.of_location(listing.location_id).in_order()
    of_provider = ListedEmail.objects.of_provider(listing.provider_id).in_order()
    # With a head-office code and no place named, any place's inbox would answer for all of them.
    return (list(of_place) if _is_for_place(order, listing) else [])[:MOST_ADDRESSES] or list(of_provider)[
        :MOST_ADDRESSES
    ]


def _is_for_place(order: Order, listing: Listing) -> bool:
    return bool(order.location_id) or ods_key(order.ods_code) == listing.site_ods_code


def name_of(order: Order, listing: Listing) -> str:
    """What the register calls the organisation that the order is for: the place, or its provider with all its places."""
    return listing.name if _is_for_place(order, listing) or not listing.provider_name else listing.provider_name


def _send(*, order: Order, listing: Listing, addresses: list[str], now: datetime) -> None:
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(hours=settings.INBOX_LINK_HOURS)
    ListedInboxLink.objects.create(
        order=order, listing=listing, token_digest=digest_of(token), sent_at=now, expires_at=expires_at
    )
    for address in addresses:
        queue_sealed_mail(
            template=MAIL,
            to=address,
            context={
                "organisation": name_of(order, listing),
                "quantity": str(order.quantity),
                "reference": order.reference,
                "link": settings.PUBLIC_URL + reverse("confirm_from_listed_inbox", args=[token]),
                "hours": str(settings.INBOX_LINK_HOURS),
                "customer_service_phone": settings.CUSTOMER_SERVICE_PHONE,
                "customer_service_email": settings.CUSTOMER_SERVICE_EMAIL,
            },
            expires_at=expires_at,
            now=now,
        )


def digest_of(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain SHA-256 gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def look_up(*, token: str, now: datetime) -> Found:
    """The link of `token` and what it can do at `now`."""
    link = (
        ListedInboxLink.objects.with_digest(digest_of(token))
        .select_related("order", "order__account", "listing")
        .first()
    )
    return Found(state_of(link, now=now), link)


def state_of(link: ListedInboxLink | None, *, now: datetime) -> LinkState:
    """What `link` can do at `now`. One that was withdrawn because the order's code changed has expired."""
    if link is None:
        return LinkState.UNKNOWN
    if link.used_at is not None:
        return LinkState.USED
    if link.order.state not in UNDECIDED_STATES:
        return LinkState.ENDED
    if link.expires_at <= now or link.listing is None or link.listing.status != Listing.Status.ACTIVE:
        return LinkState.EXPIRED
    if link.order.is_held or link.order.is_restricted:
        return LinkState.PAUSED
    return LinkState.USABLE


@transaction.atomic(durable=True)
def confirm_from_inbox(*, token: str, now: datetime) -> Found:
    """Take the press of the button: the order is verified and its check closed, unless a person must look in any case.

    Out: the link and the state it was in; only a USABLE one does something. Pressing twice does it once.
    """
    order_id = ListedInboxLink.objects.with_digest(digest_of(token)).values_list("order_id", flat=True).first()
    if order_id is None:
        return Found(LinkState.UNKNOWN)
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    # Whoever restricts the account waits until this press is over.
    restricted_orders([order])
    found = look_up(token=token, now=now)
    if found.state is not LinkState.USABLE or found.link is None:
        return found
    link = found.link
    link.used_at = now
    link.save(update_fields=["used_at"])
    check = ManualCheck.objects.open().of_orders([order_id]).first()
    # The postcode itself is asked, because the address may have been changed since the reasons were written.
    elsewhere = not is_plainly_in_england(link.order.postcode)
    needs_a_person = elsewhere or (check is not None and not ALWAYS_A_PERSON.isdisjoint(check.reasons))
    if not needs_a_person:
        move_orders(move="verify", order_ids=[order_id], by=Who.SYSTEM, actor=ACTOR, now=now, reason=REASON)
        closing.close_checks_of(order_ids=[order_id], how=closing.CONFIRMED_BY_LISTED_INBOX, now=now)
    record(
        kind=INBOX_LINK_USED,
        actor=ACTOR,
        subject=link,
        now=now,
        order=order_id,
        result="left to a person" if needs_a_person else "verified",
    )
    link.order.refresh_from_db()
    return found


def withdraw_links(*, order: Order, now: datetime) -> None:
    """End the unused links of `order`, because they were sent for another code. Needs an open transaction."""
    ListedInboxLink.objects.of_order(order.pk).unused_at(now).update(expires_at=now)
