"""One box for anything that a caller can name: reference, email, postcode, organisation, name, or what stands on a parcel."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from accounts.models import User
from badgeportal.typed_text import tidy
from fulfilment.finding import orders_of_parcel
from fulfilment.references import parse_reference
from orders.models import Order
from orders.search import matching, received_by

# More than a person reads on the phone; whoever finds as many types more.
MOST = 25
SHORTEST = 2


class Found(NamedTuple):
    people: list[User]
    orders: list[Order]
    more: bool


def find_anything(text: str) -> Found:
    """People who order and orders that `text` names, at most 25 of each; `more` says that there are others.

    A text shorter than two characters finds nothing. Members of staff are not found.
    """
    text = tidy(text)
    if len(text) < SHORTEST:
        return Found([], [], more=False)
    people = list(User.objects.providers().matching(text).order_by("-date_joined", "-pk")[: MOST + 1])
    orders = list(Order.objects.filter(_wanted(text)).select_related("account").newest_first()[: MOST + 1])
    return Found(people[:MOST], orders[:MOST], more=max(len(people), len(orders)) > MOST)


def _wanted(text: str) -> Q:
    """What stands on a parcel names its orders and nothing else: as a word too, it made PostgreSQL look through all orders."""
    parcel = parse_reference(text)
    orders = list(orders_of_parcel(parcel)) if parcel else []
    return Q(pk__in=orders) if orders else matching(text) | received_by(text)
