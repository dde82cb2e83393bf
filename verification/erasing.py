"""What verification ends and remembers when a person is erased."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from badgeportal.inventory import Reach
from badgeportal.outbox.forgetting import destroy_sealed_about
from badgeportal.privacy.settling import Settlement
from orders.erasing import orders_of
from verification.checking.closing import close_checks_of
from verification.models import ErasedEmailDigest, ListedEmail, ListedInboxLink
from verification.register.erased import hold_listed_emails

ERASED = "person_erased"


def listings_of(addresses: Sequence[str]) -> Q:
    """Listings on which one of `addresses` stands, or whose provider has it."""
    listed = ListedEmail.objects.filter(email__in=addresses)
    of_place = listed.exclude(location_id="").values("location_id")
    return Q(location_id__in=of_place) | Q(provider_id__in=listed.exclude(provider_id="").values("provider_id"))


def end_checks(settlement: Settlement) -> None:
    """Close open checks and questions, end links sent to listed inboxes, and destroy such mails that have not gone.

    Called before the orders are cancelled; whoever works on a check holds its order, so orders are locked first.
    """
    subject = settlement.subject
    if subject.reach is Reach.ADDRESS:
        return
    rows = orders_of(subject).select_for_update(of=("self",)).order_by("pk").values_list("pk", "reference")
    references = dict(rows)
    close_checks_of(order_ids=references, how=ERASED, now=settlement.now)
    links = ListedInboxLink.objects.filter(order__in=references).unused_at(settlement.now)
    settlement.count(ListedInboxLink._meta.label_lower, links.update(expires_at=settlement.now))
    settlement.count("outbox.outboxmessage", destroy_sealed_about(references.values()))


def remember_erased_addresses(settlement: Settlement) -> None:
    """Keep the digests of addresses taken off the register, so that no import brings them back; imports wait meanwhile."""
    if not settlement.listed_digests:
        return
    hold_listed_emails()
    ErasedEmailDigest.objects.bulk_create(
        [ErasedEmailDigest(digest=digest, erased_at=settlement.now) for digest in settlement.listed_digests],
        ignore_conflicts=True,
    )
