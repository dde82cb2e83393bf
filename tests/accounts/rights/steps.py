"""Requests, complaints and breaches, reached as staff and people reach them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Breach, Complaint, DataRequest, User
from accounts.rights.breaches import log_breach
from accounts.rights.complaints import open_complaint
from accounts.rights.contact import NOBODY, Contact
from accounts.rights.opening import open_request
from badgeportal.actor import Actor
from badgeportal.privacy.subject import DataSubject
from tests.factories.user import StaffFactory, UserFactory

# A Thursday; a month later is Saturday 3 October, and the next working day Monday 5 October.
NOW = datetime(2026, 9, 3, 10, 0, tzinfo=UTC)
ANN = Contact(name="Ann Example", email="ann@home.example", address="1 Mill Lane, Leeds")
JOB = Actor.system("test-journey")


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def officer() -> Actor:
    """A member of customer service."""
    return Actor.user(StaffFactory())


def subject_of(account: User | None, contact: Contact) -> DataSubject | None:
    return None if contact is not NOBODY else DataSubject.of_account((account or UserFactory()).pk)


def a_request(*, account: User | None = None, contact: Contact = NOBODY, **changes: Any) -> DataRequest:
    """An open request for a copy: of an account holder, or of whoever is reached by `contact`."""
    values = {
        "kind": DataRequest.Kind.ACCESS, "channel": DataRequest.Channel.PHONE, "contact": contact,
        "words": "All you have", "actor": JOB, "now": NOW,
    } | changes  # fmt: skip
    return open_request(**{"subject": subject_of(account, contact)} | values)


def a_complaint(*, account: User | None = None, contact: Contact = NOBODY, **changes: Any) -> Complaint:
    """An open complaint of an account holder, or of whoever is reached by `contact`."""
    values = {
        "channel": DataRequest.Channel.LETTER, "contact": contact, "words": "You wrote to me twice", "actor": JOB,
        "now": NOW,
    } | changes  # fmt: skip
    return open_complaint(**{"subject": subject_of(account, contact)} | values)


def a_breach(**changes: Any) -> Breach:
    """A mail that went to the wrong person."""
    values = {
        "what": "An answer went to another provider.", "noticed_at": NOW, "happened_on": None, "people": 1,
        "near_miss": False, "actor": officer(), "now": NOW,
    } | changes  # fmt: skip
    return log_breach(**values)
