"""What DX was told about whom, for the person's copy and for whoever must tell DX that something has changed."""

from __future__ import annotations

from collections.abc import Iterator

from badgeportal.inventory import Reach
from badgeportal.privacy.exporting import Section
from badgeportal.privacy.subject import DataSubject
from fulfilment.models import Disclosure
from orders.erasing import orders_of


def told_of(subject: DataSubject) -> set[str]:
    """Who was given a name and address of `subject`: DX, or nobody."""
    if subject.reach is Reach.ADDRESS:
        return set()
    return set(Disclosure.objects.about(orders_of(subject)).values_list("recipient", flat=True).distinct())


def disclosures_about(subject: DataSubject) -> Iterator[Section]:
    """What the courier was told, and when."""
    if subject.reach is Reach.ADDRESS:
        return
    told = Disclosure.objects.about(orders_of(subject)).order_by("at", "pk")
    rows = told.values_list("at", "recipient", "consignment__order__reference", "consignment__reference", "fields")
    yield Section(
        key="told_to_others",
        title="What others were told",
        headings={
            "at": "When", "recipient": "Who", "order": "Order", "parcel": "Parcel", "fields": "What they were given",
        },
        rows=list(rows),
    )  # fmt: skip
