from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import CUSTOMER_SERVICE, FULFILMENT_OFFICER, VERIFICATION_OFFICER
from badgeportal.audit.models import AuditEvent
from badgeportal.uploads.working import work_on_uploads
from fulfilment.models import Consignment, TrackingImport
from orders.correcting import ADDRESS_FIELDS, moved_since_checked
from orders.ledger import check_stock_ledger
from orders.models import StockBalance
from tests.factories.user import StaffFactory
from tests.fulfilment.steps import HEADER, NOW, load, open_batch, sent_batch, state_of, verified_order
from tests.searching import search_list
from verification.assessing import assess_orders

pytestmark = pytest.mark.django_db


def parcels_page(name: str, *args: object) -> str:
    return reverse(f"admin:fulfilment_consignment_{name}", args=args)


def tracking_page(name: str, *args: object) -> str:
    return reverse(f"admin:fulfilment_trackingimport_{name}", args=args)


def sign_in(client, role: str):
    user = StaffFactory.create(role=role)
    client.force_login(user)
    return user


@pytest.fixture
def parcel() -> Consignment:
    verified_order()
    return sent_batch().consignments.get()


def upload(client, content: bytes, name: str = "dx.csv"):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(tracking_page("load"), {"file": file}, follow=True)


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_tracking_file_moves_orders_on_and_says_so(client, parcel):
    user = sign_in(client, FULFILMENT_OFFICER)
    answer = upload(client, f"{HEADER}{parcel.reference},L1,Delivered,03/11/2026 11:00\nCB1,,?,?\n".encode())
    assert "Check again" in answer.content.decode()
    assert work_on_uploads(now=timezone.now()) == 1
    result = tracking_page("change", TrackingImport.objects.get().pk)
    assert result in client.get(answer.redirect_chain[-1][0]).content.decode()
    found = TrackingImport.objects.get()
    assert (found.rows, found.new, found.repeated, found.unknown, found.failed) == (2, 1, 0, 0, 1)
    assert "We do not know this event" in client.get(result).content.decode()
    assert state_of(parcel.order) == "delivered"
    assert TrackingImport.objects.get().actor == f"user:{user.pk}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"%PDF-1.7", "This is a PDF file"), (b"a,b\n1,2\n", "This is not a tracking file")],
)
def test_a_wrong_upload_is_told_on_its_page(client, content, sentence):
    sign_in(client, FULFILMENT_OFFICER)
    answer = upload(client, content)
    work_on_uploads(now=timezone.now())
    assert sentence in client.get(answer.redirect_chain[-1][0]).content.decode()
    assert not TrackingImport.objects.exists()


def test_an_empty_upload_is_refused_at_the_field(client):
    sign_in(client, FULFILMENT_OFFICER)
    answer = upload(client, b"")
    assert answer.status_code == 422
    assert "The selected file is empty" in answer.content.decode()
    assert "<title>Error: " in answer.content.decode()
    assert not TrackingImport.objects.exists()


def test_no_file_is_said(client):
    sign_in(client, FULFILMENT_OFFICER)
    assert "Select a tracking file" in client.post(tracking_page("load")).content.decode()


def test_problem_rows_are_downloaded_harmless_for_a_spreadsheet_and_recorded(client, parcel):
    sign_in(client, FULFILMENT_OFFICER)
    result = load(f'{parcel.reference},L1,"=HYPERLINK(""x"")",03/11/2026 11:00')
    answer = client.post(tracking_page("problems", result.pk))
    assert answer.content.decode("utf-8-sig") == (
        "Row,Column,Value,What is wrong\r\n"
        '2,event,"\'=HYPERLINK(""x"")",We do not know this event\r\n'
    )  # fmt: skip
    assert AuditEvent.objects.filter(kind="tracking_problems_downloaded").count() == 1


def test_a_parcel_that_came_back_is_noted_and_sent_again(client, parcel):
    sign_in(client, CUSTOMER_SERVICE)
    client.post(parcels_page("came_back", parcel.pk))
    assert state_of(parcel.order) == "returned"
    assert parcel.order.reference in client.get(parcels_page("changelist"), {"where": "back"}).content.decode()
    client.post(parcels_page("send_again", parcel.pk))
    assert state_of(parcel.order) == "verified"
    assert open_batch().consignments.get().order_id == parcel.order_id
    assert check_stock_ledger(now=NOW) == []


@pytest.mark.parametrize(("line_1", "then"), [("14 Station Road", "placed"), ("", "verified")])
def test_a_parcel_that_came_back_is_checked_at_its_new_address_before_it_is_sent_again(client, parcel, line_1, then):
    sign_in(client, CUSTOMER_SERVICE)
    client.post(parcels_page("came_back", parcel.pk))
    order = parcel.order
    address = {name: getattr(order, name) for name in ADDRESS_FIELDS} | {"recipient_name": "The Manager"}
    address["address_line_1"] = line_1 or order.address_line_1
    client.post(reverse("admin:orders_order_address", args=[order.pk]), address)
    assert state_of(order) == "returned"
    client.post(parcels_page("send_again", parcel.pk))
    assert state_of(order) == then
    # What is checked once is not checked again when it comes back a second time.
    assess_orders(now=NOW)
    assert state_of(order) == "verified"
    assert not moved_since_checked(order)
    assert check_stock_ledger(now=NOW) == []


def test_an_order_that_came_back_is_cancelled_and_its_badges_are_free(client, parcel):
    sign_in(client, CUSTOMER_SERVICE)
    client.post(parcels_page("came_back", parcel.pk))
    free = StockBalance.current().available
    client.post(parcels_page("cancel", parcel.pk))
    assert state_of(parcel.order) == "cancelled"
    assert StockBalance.current().available == free + parcel.quantity
    assert check_stock_ledger(now=NOW) == []


@pytest.mark.parametrize("name", ["send_again", "cancel"])
def test_only_what_came_back_can_be_sent_again_or_cancelled(client, parcel, name):
    sign_in(client, CUSTOMER_SERVICE)
    answer = client.post(parcels_page(name, parcel.pk), follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert state_of(parcel.order) == "dispatched"


def test_the_second_of_two_officers_is_told_and_nothing_changes(client, parcel):
    sign_in(client, CUSTOMER_SERVICE)
    client.post(parcels_page("came_back", parcel.pk))
    again = client.post(parcels_page("came_back", parcel.pk), follow=True)
    assert "Nothing was changed" in again.content.decode()
    assert state_of(parcel.order) == "returned"


def test_the_page_of_a_parcel_shows_its_label_and_its_view_is_recorded_for_the_order(client, parcel):
    sign_in(client, FULFILMENT_OFFICER)
    load(f"{parcel.reference},L2987877,Scan at collection,03/11/2026 11:00")
    shown = client.get(parcels_page("change", parcel.pk)).content.decode()
    assert parcel.order.recipient_name in shown
    assert "consno=L2987877&amp;postcode=LS14AP" in shown
    assert "3 November 2026 11:00 Collected by DX" in shown
    seen = AuditEvent.objects.get(kind="personal_page_seen")
    assert (seen.subject_type, seen.subject_id) == ("orders.order", str(parcel.order_id))


@pytest.mark.parametrize("term", ["reference", "dx_number", "order"])
def test_a_parcel_is_found_by_each_of_its_numbers(client, parcel, term):
    sign_in(client, FULFILMENT_OFFICER)
    verified_order(now=timezone.now())
    sent_batch()
    load(f"{parcel.reference},L2987877,Scan at collection,03/11/2026 11:00")
    words = {"reference": parcel.reference.lower(), "dx_number": "l2987877", "order": parcel.order.reference}[term]
    shown = search_list(client, parcels_page("changelist"), words).content.decode()
    assert "1 parcel" in shown
    assert parcel.reference in shown


def test_a_verification_officer_sees_no_parcels(client, parcel):
    sign_in(client, VERIFICATION_OFFICER)
    for address in (
        parcels_page("changelist"),
        parcels_page("change", parcel.pk),
        parcels_page("came_back", parcel.pk),
        tracking_page("changelist"),
        tracking_page("load"),
    ):
        assert client.get(address).status_code == 403, address
