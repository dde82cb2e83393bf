"""All that the portal knows of one person's orders, in a fixed number of queries whatever there is."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import User
from badgeportal.outbox.models import OutboxMessage
from badgeportal.who_acted import names_of
from fulfilment.models import Consignment
from orders.models import Order, OrderEvent, OrderProblem
from verification.models import ManualCheck

# Orders and mails shown; the lists of orders and of mail have the rest.
MOST_ORDERS = 20
MOST_MAILS = 100
_ORDER = Order._meta.label_lower


@dataclass(slots=True)
class OrderFile:
    """One order with what happened around it."""

    order: Order
    events: list[OrderEvent] = field(default_factory=list)
    checks: list[ManualCheck] = field(default_factory=list)
    problems: list[OrderProblem] = field(default_factory=list)
    parcels: list[Consignment] = field(default_factory=list)
    mails: list[OutboxMessage] = field(default_factory=list)
    tools: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Dossier:
    """One person with their newest orders; `mails` are those about the account itself, `names` of who acted in any order."""

    person: User
    orders: list[OrderFile]
    mails: list[OutboxMessage]
    names: dict[str, str]


def dossier_of(person: User) -> Dossier:
    """The person's newest 20 orders, each with events, problems, checks, parcels and mails (newest first)."""
    orders = list(Order.objects.placed_by(person).select_related("account").newest_first()[:MOST_ORDERS])
    files = {order.pk: OrderFile(order=order) for order in orders}
    for event in OrderEvent.objects.filter(order__in=files).order_by("-at", "-pk"):
        files[event.order_id].events.append(event)
    for check in ManualCheck.objects.of_orders(files).order_by("-opened_at", "-pk"):
        files[check.order_id].checks.append(check)
    for problem in OrderProblem.objects.of_orders(files).order_by("-opened_at", "-pk"):
        files[problem.order_id].problems.append(problem)
    for parcel in Consignment.objects.of_orders(files):
        files[parcel.order_id].parcels.append(parcel)
    for mail in OutboxMessage.objects.about_any(_ORDER, files)[:MOST_MAILS]:
        if mail.subject_id in files:
            files[mail.subject_id].mails.append(mail)
    mails = OutboxMessage.objects.about_any(User._meta.label_lower, [person.pk])[:MOST_MAILS]
    names = names_of(event.actor for file in files.values() for event in file.events)
    return Dossier(person=person, orders=list(files.values()), mails=list(mails), names=names)


def mail_of(person: User, message_id: int) -> OutboxMessage | None:
    """The mail `message_id` if it is about the person or one of their orders."""
    mail = OutboxMessage.objects.filter(pk=message_id).first()
    if mail is None or mail.subject_id is None:
        return None
    if mail.subject_type == User._meta.label_lower:
        return mail if mail.subject_id == person.pk else None
    theirs = mail.subject_type == _ORDER and Order.objects.placed_by(person).filter(pk=mail.subject_id).exists()
    return mail if theirs else None
