from __future__ import annotations

import pytest
from django.template import Context, Template

from badgeportal.inventory_gaps import unclassified
from fulfilment.mails import words_about_parcels
from fulfilment.tracking.link import tracking_link
from orders.models import Order
from tests.fulfilment.steps import closed_batch, load, open_batch, sent_batch, verified_order, verified_orders
from tests.fulfilment.test_dx_file import erase

pytestmark = pytest.mark.django_db


def panel(order: Order) -> str:
    template = Template("{% load fulfilment_panels %}{% tracking_panel order %}")
    return " ".join(template.render(Context({"order": Order.objects.get(pk=order.pk)})).split())


def test_before_dx_has_the_parcel_there_is_no_panel():
    order = verified_order()
    assert panel(order) == ""
    open_batch()
    assert panel(order) == ""


def test_a_packed_order_has_no_panel_until_it_is_sent():
    order = verified_order()
    closed_batch()
    assert panel(order) == ""


def test_without_a_number_the_panel_says_when_the_link_comes():
    order = verified_order()
    sent_batch()
    assert "The tracking link appears here" in panel(order)


def test_the_panel_links_to_dx_and_tells_the_events_in_plain_words_newest_first():
    order = verified_order(postcode="SW1A 1AA")
    parcel = sent_batch().consignments.get()
    load(
        f"{parcel.reference},L2987877,Scan at collection,03/11/2026 17:05",
        f"{parcel.reference},L2987877,Out for delivery,04/11/2026 08:00",
    )
    shown = panel(order)
    assert 'href="https://dx-track.com/track/dx.aspx?consno=L2987877&amp;postcode=SW1A1AA"' in shown
    assert shown.index("out for delivery") < shown.index("DX collected your parcel from us.")
    assert "3 November 2026 at 5:05pm" in shown


def test_a_number_with_odd_characters_cannot_change_the_address():
    verified_order()
    parcel = sent_batch().consignments.get()
    load(f"{parcel.reference},L1&postcode=X/../?,Delivered,04/11/2026 08:00")
    parcel.refresh_from_db()
    assert tracking_link(parcel).endswith("?consno=L1%26postcode%3DX%2F..%2F%3F&postcode=LS14AP")


def test_what_came_back_has_no_link():
    order = verified_order()
    parcel = sent_batch().consignments.get()
    load(f"{parcel.reference},L1,Returned to sender,04/11/2026 08:00")
    assert "href" not in panel(order)
    assert "Your parcel was sent back to us." in panel(order)


def test_an_erased_parcel_has_no_link():
    order = verified_order()
    parcel = sent_batch().consignments.get()
    load(f"{parcel.reference},L1,Delivered,04/11/2026 08:00")
    erase(parcel)
    assert "href" not in panel(order)


def test_a_parcel_takes_two_queries(django_assert_num_queries):
    order = verified_order()
    parcel = sent_batch().consignments.get()
    load(*[f"{parcel.reference},L1,Scanned,{day:02}/11/2026 08:00" for day in range(3, 20)])
    order = Order.objects.get(pk=order.pk)
    template = Template("{% load fulfilment_panels %}{% tracking_panel order %}")
    with django_assert_num_queries(2):
        assert "L1" in template.render(Context({"order": order}))


def test_the_words_for_mails_come_in_one_query_and_only_for_live_parcels(django_assert_num_queries):
    first, second, third = verified_orders(3)
    batch = sent_batch()
    numbers = {first: "L1", second: "L2"}
    load(*[f"{batch.consignments.get(order=o).reference},{n},Scanned,03/11/2026 08:00" for o, n in numbers.items()])
    load(f"{batch.consignments.get(order=second).reference},L2,Returned,05/11/2026 08:00")
    with django_assert_num_queries(1):
        words = words_about_parcels([first.pk, second.pk, third.pk])
    assert words[first.pk] == {
        "tracking_link": "https://dx-track.com/track/dx.aspx?consno=L1&postcode=LS14AP",
        "tracking_number": "L1",
    }
    assert second.pk not in words
    assert words[third.pk] == {"tracking_link": "", "tracking_number": ""}


def test_every_field_is_classified():
    from django.apps import apps

    labels = {model._meta.label_lower for model in apps.get_app_config("fulfilment").get_models()}
    assert unclassified(labels) == []
