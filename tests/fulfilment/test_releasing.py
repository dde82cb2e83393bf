"""Letting orders go on that were held for their address."""

from __future__ import annotations

import pytest
from django.db import transaction

from fulfilment import releasing
from fulfilment.releasing import release_addresses_that_fit
from orders.holding import hold_order, hold_orders, lift_hold
from orders.models.order import Hold
from tests.fulfilment.steps import JOB, NOW, verified_order

pytestmark = pytest.mark.django_db


def held_order():
    order = verified_order()
    with transaction.atomic():
        hold_orders(order_ids=[order.pk], hold=Hold.ADDRESS_DOES_NOT_FIT, actor=JOB, now=NOW)
    return order


def test_an_order_whose_address_fits_goes_on():
    order = held_order()
    assert release_addresses_that_fit(actor=JOB, now=NOW) == 1
    order.refresh_from_db()
    assert not order.is_held


def test_an_order_that_a_colleague_holds_for_another_reason_meanwhile_stays_held(monkeypatch):
    order = held_order()
    fitting = releasing.misfits_among

    def meanwhile(*args):
        lift_hold(order=order, actor=JOB, now=NOW)
        hold_order(order=order, actor=JOB, now=NOW)
        return fitting(*args)

    monkeypatch.setattr(releasing, "misfits_among", meanwhile)
    assert release_addresses_that_fit(actor=JOB, now=NOW) == 0
    order.refresh_from_db()
    assert order.hold == Hold.OFFICER
