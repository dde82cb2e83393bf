"""Customer service finds an order by the number on a card through the door."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import CUSTOMER_SERVICE
from fulfilment.models import Consignment
from tests.factories.user import StaffFactory
from tests.fulfilment.steps import load, sent_batch, verified_orders
from tests.searching import search_list

pytestmark = pytest.mark.django_db


def test_an_order_is_found_by_its_parcel(client):
    verified_orders(2)
    parcel, other = sent_batch().consignments.order_by("pk")
    load(f"{parcel.reference},L2987877,Scan at collection,03/11/2026 17:05")
    client.force_login(StaffFactory(role=CUSTOMER_SERVICE))
    for typed in ("L2987877", " l298 7877 ", parcel.reference, parcel.reference.lower()):
        page = search_list(client, reverse("admin:orders_order_changelist"), typed)
        assert [order.pk for order in page.context["cl"].result_list] == [parcel.order_id]
    assert Consignment.objects.get(pk=other.pk).dx_number == ""
