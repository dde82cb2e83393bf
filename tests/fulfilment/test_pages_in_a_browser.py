"""Every page of fulfilment at a desk and on a phone: accessible, silent on the console, no wider than the screen."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER
from badgeportal.uploads.actions import start_upload
from badgeportal.uploads.models import Upload
from fulfilment.batches import create_batch
from fulfilment.models import Batch, Consignment
from orders.lifecycle import Who
from tests.browser.looking import looked_at, silent_console
from tests.factories.user import StaffFactory
from tests.fulfilment.steps import JOB, NOW, closed_batch, load, open_batch, sent_batch, verified_order, verified_orders
from tests.fulfilment.test_batches import NARROW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def addresses(settings, live_server) -> dict[str, str]:
    """A portal with something on every page of fulfilment."""
    verified_orders(2)
    sent = sent_batch()
    known, other = sent.consignments.order_by("pk")
    load(
        f"{known.reference},L2987877,Scan at collection,03/11/2026 17:05",
        f"{other.reference},L2987878,Returned to sender,04/11/2026 17:05",
        f"{known.reference},L2987877,Gone fishing,04/11/2026",
        "CB1,L2987877,Delivered,04/11/2026 08:00",
    )
    verified_order()
    closed = closed_batch()
    verified_order(recipient_name="Jo Lee", address_line_1="1 The Row")
    verified_order(recipient_name="Megan Ŵyn-Jones", address_line_1="Sunnyside Residential Home for Older People")
    opened = open_batch()
    verified_order(recipient_name="Bartholomew Featherstonehaugh", address_line_1="1 The Row")
    settings.DX_LAYOUT = NARROW
    create_batch(limit=None, actor=JOB, by=Who.SYSTEM, now=NOW)
    given = {"file_name": "dx.csv", "chunks": [b"Reference"], "actor": JOB, "now": NOW}
    waiting, to_confirm = (start_upload(kind=kind, **given) for kind in ("tracking", "register_hsca"))
    preview = {
        "counts": [["rows", 60_000], ["closed", 4_000]],
        "unusual": "The file would close 4,000 of 40,000 listings, more than 5%. I have checked that it is complete",
        "sample": [["changed", "1-700000", "Renamed Home", "name: Home to Renamed Home; "]],
        "failed_rows": [[4, "Care homes beds", "Write a whole number of beds."]],
    }
    Upload.objects.filter(pk=to_confirm.pk).update(state="to_confirm", preview=preview)
    batch, parcel, tracking = (
        "admin:fulfilment_batch_",
        "admin:fulfilment_consignment_",
        "admin:fulfilment_trackingimport_",
    )
    return {
        "batches": reverse(batch + "changelist"),
        "create": reverse(batch + "create"),
        "addresses": reverse(batch + "addresses"),
        "open-batch": reverse(batch + "change", args=[opened.pk]),
        "closed-batch": reverse(batch + "change", args=[closed.pk]),
        "sent-batch": reverse(batch + "change", args=[sent.pk]),
        "close": reverse(batch + "close", args=[opened.pk]),
        "dx-file": reverse(batch + "dx_file", args=[closed.pk]),
        "parcels": reverse(parcel + "changelist"),
        "parcel": reverse(parcel + "change", args=[known.pk]),
        "returned": reverse(parcel + "change", args=[other.pk]),
        "tracking-files": reverse(tracking + "changelist"),
        "tracking-file": reverse(tracking + "change", args=[known.tracking_events.get().source_id]),
        "load": reverse(tracking + "load"),
        "find": reverse(parcel + "find"),
        "person": reverse(parcel + "person", args=[known.order.account_id]),
        "uploads": reverse("admin:uploads_upload_changelist"),
        "upload": reverse("admin:uploads_upload_change", args=[waiting.pk]),
        "upload-to-confirm": reverse("admin:uploads_upload_change", args=[to_confirm.pk]),
        "register-load": reverse("admin:verification_registerimport_load"),
    }


def sign_in(page, client, live_server, user) -> None:
    """The session of `user` in the browser, without the sign-in page."""
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def test_every_page_can_be_read_by_everybody(page, client, live_server, addresses):
    person = StaffFactory.create(role=PORTAL_MANAGER)
    person.groups.add(Group.objects.get(name=CUSTOMER_SERVICE))
    sign_in(page, client, live_server, person)
    found: list[str] = []
    for name, address in addresses.items():
        with silent_console(page) as messages:
            answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert messages == [], address
        found += looked_at(page, name)
    assert found == []


def test_a_batch_goes_from_waiting_to_sent_by_buttons(page, client, live_server):
    verified_orders(2)
    sign_in(page, client, live_server, StaffFactory.create(role=PORTAL_MANAGER))
    page.goto(reverse("admin:fulfilment_batch_changelist"))
    page.get_by_role("link", name="Create a batch").click()
    page.get_by_role("button", name="Create the batch").click()
    page.get_by_role("link", name="Close the batch").click()
    page.get_by_role("button", name="Close the batch").click()
    page.get_by_role("link", name="DX file").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the DX file").click()
    assert download.value.suggested_filename == f"dx-batch-{Batch.objects.get().pk}.csv"
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_role("link", name="Mark sent").click()
    page.get_by_role("button", name="Mark sent").click()
    page.get_by_text("2 orders are on the way").wait_for()
    assert Consignment.objects.filter(dispatched_at__isnull=False).count() == 2


def test_the_order_page_shows_the_way_of_the_parcel(page, client, live_server):
    order = verified_order()
    parcel = sent_batch().consignments.get()
    load(
        f"{parcel.reference},L2987877,Scan at collection,03/11/2026 17:05",
        f"{parcel.reference},L2987877,Out for delivery,04/11/2026 07:50",
    )
    sign_in(page, client, live_server, order.account)
    with silent_console(page) as messages:
        page.goto(reverse("order_detail", args=[order.reference]))
    assert messages == []
    link = page.get_by_role("link", name="Track your parcel on the DX website")
    assert link.get_attribute("href") == "https://dx-track.com/track/dx.aspx?consno=L2987877&postcode=LS14AP"
    assert looked_at(page, "order-with-parcel") == []
