from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import ADMIN_ROLES, CUSTOMER_SERVICE, DHSC_ANALYST, FULFILMENT_OFFICER, PORTAL_MANAGER
from badgeportal.audit.models import AuditEvent
from fulfilment.dx_file import dx_file
from fulfilment.models import Batch
from orders.models import Order
from tests.factories.user import StaffFactory
from tests.fulfilment.steps import closed_batch, open_batch, sent_batch, state_of, verified_order, verified_orders
from tests.fulfilment.test_batches import NARROW

pytestmark = pytest.mark.django_db


def page(name: str, *args: object) -> str:
    return reverse(f"admin:fulfilment_batch_{name}", args=args)


@pytest.fixture
def officer(client):
    user = StaffFactory.create(role=FULFILMENT_OFFICER)
    client.force_login(user)
    return user


def test_an_officer_makes_looks_at_closes_downloads_sends(client, officer):
    orders = verified_orders(2)
    assert "2 verified orders wait." in client.get(page("create")).content.decode()
    client.post(page("create"), {"limit": ""})
    batch = Batch.objects.get()
    shown = client.get(page("change", batch.pk)).content.decode()
    assert orders[0].recipient_name in shown
    client.post(page("close", batch.pk))
    batch.refresh_from_db()
    assert batch.state == "closed"
    assert batch.created_by == f"user:{officer.pk}"
    file = client.post(page("dx_file", batch.pk))
    assert file.content == dx_file(batch)
    assert file["Content-Disposition"] == f'attachment; filename="dx-batch-{batch.pk}.csv"'
    assert "no-store" in file["Cache-Control"]
    picked = client.post(page("pick_list", batch.pk)).content.decode()
    assert picked.splitlines()[0] == "Reference,Badges"
    client.post(page("sent", batch.pk))
    assert [state_of(order) for order in orders] == ["dispatched"] * 2
    kinds = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.startswith(("batch", "dx", "pick"))] == [
        "batch_created",
        "batch_closed",
        "dx_file_downloaded",
        "pick_list_downloaded",
        "batch_sent",
    ]


def test_a_limit_below_one_is_refused_and_nothing_is_made(client, officer):
    verified_order()
    answer = client.post(page("create"), {"limit": "0"})
    assert answer.status_code == 422
    assert not Batch.objects.exists()


def test_nothing_to_send_is_said(client, officer):
    answer = client.post(page("create"), {"limit": ""}, follow=True)
    assert "Nothing to send" in answer.content.decode()


def test_opening_a_confirmation_page_changes_nothing(client, officer):
    verified_order()
    batch = open_batch()
    for name in ("close", "cancel", "take_out", "dx_file", "pick_list", "sent"):
        assert client.get(page(name, batch.pk)).status_code == 200
    batch.refresh_from_db()
    assert batch.state == "open"
    assert not AuditEvent.objects.filter(kind="dx_file_downloaded").exists()


def test_a_colleague_who_was_first_is_told_of_and_nothing_changes(client, officer):
    verified_order()
    batch = sent_batch()
    answer = client.post(page("cancel", batch.pk), follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert set(Order.objects.values_list("state", flat=True)) == {"dispatched"}


def test_misfits_are_listed_with_a_link_to_the_order_and_taken_out(client, officer, settings):
    order = verified_order()
    batch = open_batch()
    settings.DX_LAYOUT = NARROW
    shown = client.get(page("change", batch.pk)).content.decode()
    assert "Cannot go (1)" in shown
    assert reverse("admin:orders_order_change", args=[order.pk]) in shown
    told = client.post(page("close", batch.pk), follow=True).content.decode()
    assert "1 order in it cannot go" in told
    client.post(page("take_out", batch.pk))
    listed = client.get(page("addresses")).content.decode()
    assert order.reference in listed
    assert order.recipient_name in listed


def test_held_addresses_go_on_once_they_fit(client, officer, settings):
    fits, does_not = verified_orders(2)
    wide = settings.DX_LAYOUT
    settings.DX_LAYOUT = NARROW
    client.post(page("create"))
    Order.objects.filter(pk=does_not.pk).update(address_line_1="1234567 Interminableboulevardwithoutaspace")
    settings.DX_LAYOUT = wide
    client.post(page("release"))
    fits.refresh_from_db()
    does_not.refresh_from_db()
    assert (fits.hold, does_not.hold) == ("", "address_does_not_fit")


def test_one_order_is_taken_out(client, officer):
    verified_orders(2)
    batch = open_batch()
    parcel = batch.consignments.first()
    client.post(page("take_one_out", batch.pk, parcel.pk))
    assert state_of(parcel.order) == "verified"
    again = client.post(page("take_one_out", batch.pk, parcel.pk), follow=True)
    assert "not in the batch any more" in again.content.decode()


def test_every_view_of_a_batch_is_recorded_for_each_order_shown(client, officer):
    orders = verified_orders(2)
    batch = open_batch()
    client.get(page("change", batch.pk))
    seen = AuditEvent.objects.filter(kind="personal_page_seen", details__page="admin:batch_page")
    assert [(event.subject_type, set(event.details["ids"])) for event in seen] == [
        ("orders.order", {str(order.pk) for order in orders})
    ]
    assert set(seen.values_list("actor", flat=True)) == {f"user:{officer.pk}"}


def test_an_erased_person_is_shown_as_erased_and_the_file_is_refused_with_the_reason(client, officer):
    from tests.fulfilment.test_dx_file import erase

    verified_order()
    batch = closed_batch()
    erase(batch.consignments.get())
    assert "erased" in client.get(page("change", batch.pk)).content.decode()
    answer = client.post(page("dx_file", batch.pk), follow=True)
    assert "a person in it was erased" in answer.content.decode()


NAMES = ["create", "addresses", "release"]
NAMES_OF_ONE = ["close", "take_out", "dx_file", "pick_list", "sent", "cancel"]


@pytest.mark.parametrize(
    ("role", "answer"),
    [
        *((role, 403) for role in ADMIN_ROLES if role not in (FULFILMENT_OFFICER, PORTAL_MANAGER)),
        # Not staff: sent to the sign-in page, which turns them away.
        (DHSC_ANALYST, 302),
    ],
)
def test_nobody_else_gets_near_a_batch(client, role, answer):
    verified_order()
    batch = closed_batch()
    client.force_login(StaffFactory.create(role=role))
    for address in [page(name) for name in (*NAMES, "changelist")] + [
        page(name, batch.pk) for name in (*NAMES_OF_ONE, "change")
    ]:
        assert client.get(address).status_code == answer, address
        assert client.post(address).status_code == answer, address
    batch.refresh_from_db()
    assert batch.state == "closed"


def test_customer_service_sees_parcels_but_loads_no_tracking(client):
    client.force_login(StaffFactory.create(role=CUSTOMER_SERVICE))
    assert client.get(reverse("admin:fulfilment_consignment_changelist")).status_code == 200
    assert client.get(reverse("admin:fulfilment_trackingimport_load")).status_code == 403


def test_pages_of_a_large_batch_take_few_queries(client, officer, django_assert_max_num_queries):
    verified_orders(120)
    batch = open_batch()
    with django_assert_max_num_queries(15):
        first = client.get(page("change", batch.pk))
    assert "Page 1 of 2, 120 parcels" in first.content.decode()
    with django_assert_max_num_queries(15):
        client.get(page("change", batch.pk), {"p": "2"})
    with django_assert_max_num_queries(12):
        client.get(page("changelist"))
