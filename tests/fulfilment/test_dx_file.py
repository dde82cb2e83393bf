from __future__ import annotations

import csv
import io

import pytest

from fulfilment.dx_file import dx_file, pick_list
from fulfilment.faults import FileCannotBeMade
from fulfilment.layout import check_layout
from fulfilment.models import Batch, Consignment
from fulfilment.sending import close_batch
from orders.models import Order
from tests.fulfilment.steps import JOB, NOW, closed_batch, open_batch, sent_batch, verified_order, verified_orders

pytestmark = pytest.mark.django_db

HEADINGS = ["Reference", "Name", "Address1", "Address2", "Address3", "Town", "County", "Postcode"]


def erase(parcel: Consignment) -> None:
    """What the declaration in `personal_data.py` asks of erasure."""
    Consignment.objects.filter(pk=parcel.pk).update(frozen_lines={}, dx_number="", anonymised_at=NOW)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_file_is_the_same_bytes_each_time_and_after_everything_else_changed(settings):
    order = verified_orders(3)[0]
    batch = closed_batch()
    first = dx_file(batch)
    Order.objects.filter(pk=order.pk).update(recipient_name="Somebody Else", address_line_1="9 Other Road")
    settings.DX_LAYOUT = settings.DX_LAYOUT[:3]
    assert dx_file(Batch.objects.get(pk=batch.pk)) == first
    assert dx_file(Batch.objects.get(pk=batch.pk)) == first


def test_the_file_is_never_stored():
    verified_order(recipient_name="Marker Person")
    batch = closed_batch()
    stored = [str(value) for row in Batch.objects.filter(pk=batch.pk).values() for value in row.values()]
    assert not any("Marker Person" in value for value in stored)


def test_lines_end_as_rfc_4180_says_and_there_is_no_byte_order_mark():
    verified_orders(2)
    content = dx_file(closed_batch())
    assert content.startswith(b"Reference,Name,")
    assert content.count(b"\r\n") == 3
    assert content.count(b"\n") == 3
    assert content.endswith(b"\r\n")


def test_what_was_typed_is_what_dx_gets_with_quotes_where_a_csv_needs_them():
    order = verified_order(
        recipient_name='Ann "Nan" O’Hara, Mrs', address_line_1="=1+1 Road", address_line_2="Flat 2, -3", town="Tŷ Ddewi"
    )
    header, row = rows_of(dx_file(closed_batch()))
    assert header == HEADINGS
    assert row[1:] == [order.recipient_name, "=1+1 Road", "Flat 2, -3", "", "Tŷ Ddewi", "", "LS1 4AP"]


@pytest.mark.parametrize("name", ["Siân Ŵyn", "Seán Ó Briain", "Zoë Łukasz", "Ŷŵ Ïâ", "Nguyễn Thị"])
def test_letters_of_every_language_are_kept(name):
    verified_order(recipient_name=name)
    assert rows_of(dx_file(closed_batch()))[1][1] == name


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_prefix_is_put_before_what_looks_like_a_formula(start):
    verified_order(recipient_name=f"{start}SUM(A1)")
    assert rows_of(dx_file(closed_batch()))[1][1] == f"{start}SUM(A1)"


def test_a_long_address_is_wrapped_and_every_word_is_there():
    order = verified_order(
        recipient_name="The Registered Manager", address_line_1="Sunnyside Residential Home for Older People",
        address_line_2="Long Meadow Lane",
    )  # fmt: skip
    _, row = rows_of(dx_file(closed_batch()))
    limits = [25, 25, 30, 30]
    assert all(len(cell) <= limit for cell, limit in zip(row[1:5], limits, strict=True))
    typed = f"{order.recipient_name} {order.address_line_1} {order.address_line_2}".split()
    assert " ".join(row[1:5]).split() == typed


@pytest.mark.promise("name-and-address-to-dx")
def test_dx_gets_a_name_an_address_and_a_reference_and_nothing_else():
    order = verified_order(phone="01614960999", organisation_name="Marker Organisation")
    Order.objects.filter(pk=order.pk).update(ods_code="MARKR", location_id="1-987654321", provider_id="1-123456789")
    order.account.email = "marker@secret.example"
    order.account.phone = "01614960888"
    order.account.save()
    batch = closed_batch()
    content = dx_file(batch).decode()
    header, row = rows_of(content.encode())
    assert header == HEADINGS
    parcel = batch.consignments.get()
    assert row == [parcel.reference, order.recipient_name, order.address_line_1, "", "", "Leeds", "", "LS1 4AP"]
    for planted in ("marker@", "0161", "MARKR", "1-987", "1-123", "Marker Organisation", order.reference):
        assert planted not in content
    assert str(order.quantity) not in row


@pytest.mark.promise("sharing-when-necessary")
def test_the_pick_list_has_references_and_numbers_and_no_names():
    orders = verified_orders(2)
    batch = closed_batch()
    rows = rows_of(pick_list(batch))
    assert rows == [["Reference", "Badges"]] + [[parcel.reference, "5"] for parcel in batch.consignments.order_by("pk")]
    assert not any(order.recipient_name in pick_list(batch).decode() for order in orders)


def test_an_open_or_cancelled_batch_has_no_files():
    verified_order()
    batch = open_batch()
    for make in (dx_file, pick_list):
        with pytest.raises(FileCannotBeMade, match="Only a closed batch"):
            make(batch)


def test_after_an_erasure_only_hash_and_counts_remain():
    verified_orders(2)
    batch = sent_batch()
    content = dx_file(batch)
    erase(batch.consignments.first())
    with pytest.raises(FileCannotBeMade, match="a person in it was erased on 2 November 2026"):
        dx_file(batch)
    batch.refresh_from_db()
    assert len(batch.file_sha256) == 64
    assert (batch.orders_count, batch.badges_count) == (2, 10)
    assert len(rows_of(pick_list(batch))) == 3
    assert len(rows_of(content)) == 3


def test_a_file_that_does_not_match_its_hash_is_not_given_out():
    verified_order()
    batch = closed_batch()
    parcel = batch.consignments.get()
    parcel.frozen_lines = {**parcel.frozen_lines, "town": "Bradford"}
    parcel.save()
    with pytest.raises(FileCannotBeMade, match="does not match the SHA-256"):
        dx_file(batch)


def test_columns_headings_and_order_come_from_the_settings(settings):
    settings.DX_LAYOUT = [
        {"heading": "Post code", "field": "postcode", "limit": 8},
        {"heading": "Cust, ref", "field": "reference", "limit": 14},
        {"heading": "To", "field": "name", "limit": 40},
        {"heading": "Street", "field": "address1", "limit": 40},
        {"heading": "Town", "field": "town", "limit": 40},
        {"heading": "County", "field": "county", "limit": 40},
    ]
    order = verified_order()
    batch = close_batch(batch_id=open_batch().pk, actor=JOB, now=NOW)
    header, row = rows_of(dx_file(batch))
    assert header == ["Post code", "Cust, ref", "To", "Street", "Town", "County"]
    assert row[0] == "LS1 4AP"
    assert row[2:] == [order.recipient_name, order.address_line_1, "Leeds", ""]


@pytest.mark.promise("name-and-address-to-dx")
@pytest.mark.parametrize("field", ["email", "phone", "ods_code", "quantity", "organisation_name", "account"])
def test_a_layout_with_anything_but_name_and_address_does_not_start(settings, field):
    settings.DX_LAYOUT = [*settings.DX_LAYOUT, {"heading": "Extra", "field": field, "limit": 30}]
    assert any(field in error.msg for error in check_layout())


@pytest.mark.parametrize("field", ["reference", "name", "address1", "town", "county", "postcode"])
def test_a_layout_that_would_lose_part_of_an_address_does_not_start(settings, field):
    settings.DX_LAYOUT = [column for column in settings.DX_LAYOUT if column["field"] != field]
    assert any(f"no column for '{field}'" in error.msg for error in check_layout())


def test_the_default_layout_is_in_order():
    assert check_layout() == []
