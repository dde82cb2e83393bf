"""How somebody without an account is reached, and where the answer to a request or a complaint goes."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Complaint, DataRequest, User
from badgeportal.privacy.subject import DataSubject


class NoWayToAnswer(Exception):
    """A person without an account left neither an email nor a postal address."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What staff typed about a person who has no account."""

    name: str = ""
    email: str = ""
    address: str = ""


NOBODY = Contact()


def put_subject(about: DataRequest | Complaint, subject: DataSubject | None, contact: Contact) -> None:
    """Write on the new record whom it is about; raises NoWayToAnswer, and User.DoesNotExist for an anonymised account."""
    if subject is not None and subject.account_ids:
        (account_id,) = subject.account_ids
        # The account's lock makes two forms sent at once one request, and keeps a sweep from deleting it meanwhile.
        about.account = User.objects.select_for_update(of=("self",)).get(pk=account_id, anonymised_at__isnull=True)
        return
    about.contact_name, about.contact_email, about.contact_address = contact.name, contact.email, contact.address
    about.order_ids = list(subject.order_ids) if subject else []
    about.listed_email = subject.listed_email if subject else ""
    if not email_of(about) and not contact.address:
        raise NoWayToAnswer


def email_of(about: DataRequest | Complaint) -> str:
    """Where mail about it goes; empty when the person is answered by letter, or is erased."""
    if about.account is not None:
        return about.account.email or ""
    return about.contact_email or about.listed_email


def name_of(about: DataRequest | Complaint) -> str:
    """How the person is addressed."""
    name = about.account.name if about.account is not None else about.contact_name
    return name or "there"


def subject_of(about: DataRequest | Complaint) -> DataSubject | None:
    """Whom it is about, as far as anything of theirs was found; None while nothing was, or once they are erased."""
    if about.account is not None:
        return DataSubject.of_account(about.account.pk) if about.account.anonymised_at is None else None
    if about.order_ids:
        return DataSubject.recipient_of(about.order_ids)
    return DataSubject.listed_inbox(about.listed_email) if about.listed_email else None
