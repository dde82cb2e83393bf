"""The register in admin: found quickly, read by those who may, changed by nobody."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import CUSTOMER_SERVICE, DHSC_ANALYST, FULFILMENT_OFFICER, PORTAL_MANAGER, VERIFICATION_OFFICER
from badgeportal.audit.models import AuditEvent
from sampledata.register import WELL_KNOWN, listings
from sampledata.register_files import write_contacts
from tests.factories.user import StaffFactory
from tests.searching import search_list
from tests.verification.register.files import hsca_with, places
from verification.models import ListedEmail, Listing, RegisterImport

pytestmark = pytest.mark.django_db
NAMES = ("registerimport", "failedrow", "listing", "providercode", "listedemail")


def staff(role: str) -> Client:
    client = Client()
    client.force_login(StaffFactory(role=role))
    return client


def list_of(name: str, query: str = "") -> str:
    return reverse(f"admin:verification_{name}_changelist") + query


@pytest.fixture
def register(load, load_contacts, tmp_path) -> None:
    load(listings(60))
    write_contacts(tmp_path / "extract.csv", WELL_KNOWN)
    load_contacts(tmp_path / "extract.csv")


SEEN = {
    PORTAL_MANAGER: {*NAMES},
    VERIFICATION_OFFICER: {"listing", "providercode", "listedemail"},
    CUSTOMER_SERVICE: {"listing", "listedemail"},
    FULFILMENT_OFFICER: set(),
    DHSC_ANALYST: set(),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_what_its_work_needs(role, register):
    client = staff(role)
    assert {name for name in NAMES if client.get(list_of(name)).status_code == 200} == SEEN[role]


@pytest.mark.parametrize("name", NAMES)
def test_nobody_adds_changes_or_deletes(name, register, load, tmp_path):
    load(hsca_with(tmp_path, listings(60), {(2, "Care homes beds"): "few"}))
    client = staff(PORTAL_MANAGER)
    record = client.get(list_of(name)).context["cl"].result_list[0]
    page = reverse(f"admin:verification_{name}_change", args=[record.pk])
    assert client.get(page).status_code == 200
    assert client.get(reverse(f"admin:verification_{name}_add")).status_code == 403
    assert client.get(reverse(f"admin:verification_{name}_delete", args=[record.pk])).status_code == 403
    assert client.post(page, {"name": "Other"}).status_code == 403
    type(record).objects.get(pk=record.pk)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("larkfield", {"Larkfield House"}),
        ("Larkfield  HOUSE limited", {"Larkfield House"}),
        ("1-100000001", {"Larkfield House"}),
        ("1-200000002", {"Harbour Lights Whitby Court", "Harbour Lights Scarcroft", "Harbour Lights at Home"}),
        ("vlark", {"Larkfield House"}),
        ("CHBL", {"Harbour Lights Whitby Court", "Harbour Lights Scarcroft", "Harbour Lights at Home"}),
        ("ne19zz", {"Fernleigh Care at Home"}),
        ("NE1 9ZZ", {"Fernleigh Care at Home"}),
        ("no such place", set()),
        ("100%", set()),
    ],
)
def test_a_listing_is_found_by_name_code_postcode_or_id(term, expected, register):
    page = search_list(staff(VERIFICATION_OFFICER), list_of("listing"), term)
    assert {listing.name for listing in page.context["cl"].result_list} == expected


def test_the_page_of_a_listing_tells_the_codes_of_its_provider(register):
    listing = Listing.objects.get(location_id="1-100000002")
    page = staff(VERIFICATION_OFFICER).get(reverse("admin:verification_listing_change", args=[listing.pk]))
    assert "CHBL" in page.text


def test_who_looks_at_listed_addresses_is_recorded(register):
    before = AuditEvent.objects.filter(kind="personal_page_seen").count()
    staff(VERIFICATION_OFFICER).get(list_of("listedemail"))
    # One note for the page, by which each of the addresses is found.
    assert AuditEvent.objects.filter(kind="personal_page_seen").count() == before + 1
    shown = list(ListedEmail.objects.values_list("pk", flat=True))
    assert len(shown) > 1
    assert [AuditEvent.objects.seen("verification.listedemail", [pk]).count() for pk in shown] == [1] * len(shown)


@pytest.mark.parametrize("part", ["manager", "example.org", "larkfield"])
def test_listed_addresses_are_not_found_by_a_part(part, register):
    page = search_list(staff(CUSTOMER_SERVICE), list_of("listedemail"), part)
    assert list(page.context["cl"].result_list) == []


def test_a_listed_address_is_found_whole(register):
    page = search_list(staff(CUSTOMER_SERVICE), list_of("listedemail"), " Manager@Larkfield-House.example.org")
    assert [found.location_id for found in page.context["cl"].result_list] == ["1-100000001"]


@pytest.fixture
def with_failures(load, tmp_path) -> RegisterImport:
    changes = {(2, "Care homes beds"): "=cmd|' /C calc'!A0", (3, "Location ODS Code"): "V!", (4, "Location Name"): ""}
    return load(hsca_with(tmp_path, places(5), changes))


def test_rows_left_out_are_downloaded_with_formulas_made_harmless(with_failures):
    client = staff(PORTAL_MANAGER)
    page = client.get(reverse("admin:verification_registerimport_change", args=[with_failures.pk]))
    download = reverse("admin:verification_registerimport_failed_rows", args=[with_failures.pk])
    assert download in page.text
    response = client.get(download)
    assert response["Content-Disposition"] == f'attachment; filename="rows-left-out-{with_failures.pk}.csv"'
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeffRow,Column,Value,What to do")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["Row"], row["Column"], row["Value"]) for row in rows] == [
        ("2", "Care homes beds", "'=cmd|' /C calc'!A0"), ("3", "Location ODS Code", "V!"), ("4", "Location Name", ""),
    ]  # fmt: skip
    assert rows[0]["What to do"] == "Write a whole number of beds."


def test_the_rows_left_out_of_one_import_can_be_listed(with_failures, load):
    client = staff(PORTAL_MANAGER)
    page = client.get(list_of("failedrow", f"?register_import__id__exact={with_failures.pk}"))
    assert len(page.context["cl"].result_list) == 3
    other = load(places(5))
    page = client.get(list_of("failedrow", f"?register_import__id__exact={other.pk}"))
    assert len(page.context["cl"].result_list) == 0


@pytest.mark.parametrize("role", [VERIFICATION_OFFICER, CUSTOMER_SERVICE, FULFILMENT_OFFICER])
def test_the_download_is_for_the_portal_manager(role, with_failures):
    response = staff(role).get(reverse("admin:verification_registerimport_failed_rows", args=[with_failures.pk]))
    assert response.status_code == 404


def test_only_the_portal_manager_may_load_the_register():
    may = {role: StaffFactory(role=role).has_perm("verification.import_register") for role in SEEN}
    assert may == {role: role == PORTAL_MANAGER for role in SEEN}
