"""The contact extract gives listings their addresses and codes, whatever its columns are called and however people write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest

from accounts.erasing import erase_people
from badgeportal.actor import Actor
from badgeportal.privacy.addresses import digest_of
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.subject import DataSubject
from sampledata.register import GROUP_CODE, GROUP_EMAIL, GROUP_SITES, WELL_KNOWN
from sampledata.register_files import write_contacts
from tests.factories.user import StaffFactory
from tests.verification.register.conftest import NOW
from tests.verification.register.files import csv_file, places
from tests.verification.register.test_hsca_import import counts
from verification.models import ErasedEmailDigest, FailedRow, ListedEmail, Listing, ProviderCode
from verification.register.contact_checks import split_addresses

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
HEADER = ["Location ID", "Provider ID", "ODS code", "Email"]


def emails_of(location_id: str = "1-700000", provider_id: str = "") -> list[str]:
    return list(ListedEmail.objects.filter(location_id=location_id, provider_id=provider_id).in_order())


def erase(email: str) -> None:
    erase_people(
        subject=DataSubject.listed_inbox(email),
        open_orders=OpenOrders.CANCEL,
        actor=Actor.user(StaffFactory()),
        now=NOW,
    )


@pytest.fixture(autouse=True)
def _register(load) -> None:
    # Three homes of three owners, and two homes of one owner.
    shared = [replace(place, provider_id="1-888888") for place in places(2, start=10)]
    load([*places(3), *shared])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a@b.org", ["a@b.org"]),
        ("  A.B@Example.ORG ", ["a.b@example.org"]),
        ("a@b.org; c@d.org", ["a@b.org", "c@d.org"]),
        ("a@b.org,c@d.org", ["a@b.org", "c@d.org"]),
        ("a@b.org c@d.org\ne@f.org", ["a@b.org", "c@d.org", "e@f.org"]),
        ("mailto:a@b.org?subject=Hello", ["a@b.org"]),
        ("MAILTO:a@b.org;mailto:c@d.org", ["a@b.org", "c@d.org"]),
        ("Jo Sample <a@b.org>", ["a@b.org"]),
        ('"Sample, Jo" <a@b.org>; Al <c@d.org>, e@f.org', ["a@b.org", "c@d.org", "e@f.org"]),
        ("<a@b.org>", ["a@b.org"]),
        ("a@b.org;;, ", ["a@b.org"]),
        ("", []),
        ("-", []),
        ("N/A", []),
        ("none", []),
        ("a@b.org / c@d.org", ["a@b.org", "/", "c@d.org"]),
        ("ask Jo", ["ask", "jo"]),
    ],
)
def test_addresses_are_taken_out_of_a_cell(cell, expected):
    assert split_addresses(cell) == expected


@pytest.mark.parametrize(
    "header",
    [
        ["Location ID", "Email"],
        ["CQC Location ID (for office use only)", "E-mail address"],
        ["location_id", "EMAIL ADDRESS"],
        ["LocationID ", "Contact email"],
        ["CQC location id", "Location e-mail"],
        ["Location-ID", "Registered manager email"],
    ],
)
def test_columns_are_found_under_the_names_people_give_them(load_contacts, header):
    load_contacts([header, ["1-700000", "a@b.org"]])
    assert emails_of() == ["a@b.org"]


def test_several_columns_of_addresses_are_one_list(load_contacts):
    load_contacts([["Email 1", "Location ID", "Email 2"], ["a@b.org", "1-700000", "c@d.org"]])
    assert emails_of() == ["a@b.org", "c@d.org"]


def test_titles_above_the_header_do_not_matter_and_rows_are_numbered_as_shown(load_contacts):
    rows = [
        ["Contact extract, OFFICIAL-SENSITIVE"],
        [],
        HEADER,
        ["1-700000", "", "", "a@b.org"],
        [],
        ["1-9", "", "", "c@d.org"],
    ]
    done = load_contacts(rows)
    assert counts(done) == {"rows": 2, "new": 1, "failed": 1}
    assert FailedRow.objects.get().row_number == 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_usual_dialects_of_csv_are_read(load_contacts, tmp_path, encoding, delimiter):
    rows = [["Location ID", "Location name", "Email"], ["1-700000", "Café “Zoë”", "a@b.org; c@d.org, e@f.org"]]
    load_contacts(csv_file(tmp_path, rows, encoding=encoding, delimiter=delimiter))
    assert emails_of() == ["a@b.org", "c@d.org", "e@f.org"]


def test_an_excel_workbook_is_read(load_contacts, tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, ["1-700000", None, " v0000 ", "a@b.org"], [None, "1-888888", "C88A", "office@b.org"]):
        book.active.append(row)
    book.save(tmp_path / "contacts.xlsx")
    assert counts(load_contacts(tmp_path / "contacts.xlsx")) == {"rows": 2, "new": 2}
    assert (emails_of(), emails_of("", "1-888888")) == (["a@b.org"], ["office@b.org"])
    assert ProviderCode.objects.get().ods_code == "C88A"


def test_a_row_with_only_a_provider_speaks_of_the_provider(load_contacts):
    load_contacts([HEADER, ["", "1-888888", "d2e8h", "office@b.org"]])
    assert ListedEmail.objects.get().provider_id == "1-888888"
    # Whatever its shape, the code on a provider's own row is the head office's.
    assert (ProviderCode.objects.get().provider_id, ProviderCode.objects.get().ods_code) == ("1-888888", "D2E8H")


def test_a_head_office_code_on_a_place_is_its_providers(load_contacts):
    load_contacts([HEADER, ["1-700010", "", "c88a", "a@b.org"]])
    assert (ProviderCode.objects.get().provider_id, ProviderCode.objects.get().ods_code) == ("1-888888", "C88A")
    assert set(Listing.objects.with_code("C88A").values_list("location_id", flat=True)) == {"1-700010", "1-700011"}
    assert Listing.objects.get(location_id="1-700010").site_ods_code == "V0010"


def test_codes_and_addresses_of_provider_and_place_in_one_row(load_contacts):
    header = ["Location ID", "Location ODS code", "Email", "Provider ODS code", "Provider email"]
    load_contacts([header, ["1-700010", "V0010", "site@b.org", "C88A", "office@b.org"]])
    assert (emails_of("1-700010"), emails_of("", "1-888888")) == (["site@b.org"], ["office@b.org"])
    assert ProviderCode.objects.get().ods_code == "C88A"


def test_one_address_may_serve_many_listings(load_contacts):
    load_contacts([HEADER, *[[f"1-70000{n}", "", "", "office@b.org"] for n in range(3)]])
    assert ListedEmail.objects.filter(email="office@b.org").count() == 3


def test_an_extract_replaces_what_an_earlier_one_said_of_those_it_names_and_of_nobody_else(load_contacts):
    load_contacts(
        [
            HEADER,
            ["1-700000", "", "", "a@b.org"],
            ["1-700001", "", "", "old@b.org"],
            ["", "1-888888", "C88A", "x@b.org"],
        ]
    )
    done = load_contacts([HEADER, ["1-700001", "", "", "new@b.org"], ["", "1-888888", "", ""]], now=LATER)
    assert (emails_of("1-700000"), emails_of("1-700001"), emails_of("", "1-888888")) == (["a@b.org"], ["new@b.org"], [])
    assert not ProviderCode.objects.exists()
    assert counts(done) == {"rows": 2, "changed": 2}


def test_an_extract_without_a_column_of_codes_says_nothing_about_codes(load_contacts):
    load_contacts([HEADER, ["", "1-888888", "C88A", "x@b.org"]])
    load_contacts([["Provider ID", "Email"], ["1-888888", "y@b.org"]])
    assert ProviderCode.objects.get().ods_code == "C88A"


def test_the_same_extract_twice_changes_nothing(load, load_contacts, tmp_path):
    load(WELL_KNOWN, accept_closures=True)
    write_contacts(tmp_path / "extract.csv", WELL_KNOWN)
    first = load_contacts(tmp_path / "extract.csv")
    before = [list(model.objects.order_by("pk").values()) for model in (ListedEmail, ProviderCode, Listing)]
    again = load_contacts(tmp_path / "extract.csv", now=LATER)
    assert counts(first) == {"rows": len(WELL_KNOWN) + 1, "new": len(WELL_KNOWN) + 1}
    assert counts(again) == {"rows": len(WELL_KNOWN) + 1, "unchanged": len(WELL_KNOWN) + 1}
    assert [list(model.objects.order_by("pk").values()) for model in (ListedEmail, ProviderCode, Listing)] == before
    assert set(Listing.objects.with_code(GROUP_CODE)) == set(
        Listing.objects.filter(location_id__in=[site.location_id for site in GROUP_SITES])
    )
    assert emails_of("", GROUP_SITES[0].provider_id) == [GROUP_EMAIL]


WRONG_ROWS = [
    (["1-999999", "", "", "a@b.org"], "Location ID", "1-999999", "The register has no such location."),
    (["V0000", "", "", "a@b.org"], "Location ID", "V0000", "A location ID is 1- and up to 12 digits."),
    (["1-700000", "1-888888", "", "a@b.org"], "Provider ID", "1-888888", "belongs to another provider"),
    (["", "1-777777", "", "a@b.org"], "Provider ID", "1-777777", "The register has no such provider."),
    (["", "provider", "", "a@b.org"], "Provider ID", "provider", "A provider ID is"),
    (["", "", "", "a@b.org"], "", "", "names neither a location nor a provider"),
    (["1-700000", "", "V9999", "a@b.org"], "ODS code", "V9999", "CQC's own file says V0000"),
    (["1-700000", "", "V!", "a@b.org"], "ODS code", "V!", "An ODS code has 3 to 10"),
    (["1-700000", "", "", "jo.sample@@homes"], "Email", "xx.xxxxxx@@xxxxx", "This is not an email address."),
    (["1-700000", "", "", "good@b.org; jo.sample"], "Email", "xx.xxxxxx", "This is not an email address."),
    (["1-700000", "", "", "x" * 250 + "@b.org"], "Email", ("x" * 250 + "@x.xxx")[:200], "This is not an email address."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "value", "reason"), WRONG_ROWS)
def test_a_wrong_row_is_left_out_whole_and_kept_without_the_address(load_contacts, row, column, value, reason):
    done = load_contacts([HEADER, ["1-700002", "", "", "fine@b.org"], row])
    assert counts(done) == {"rows": 2, "new": 1, "failed": 1}
    kept = FailedRow.objects.get()
    assert (kept.row_number, kept.column, kept.value) == (3, column, value)
    assert reason in kept.reason
    assert not emails_of()


def test_columns_that_slipped_leave_no_address_in_a_failed_row(load_contacts):
    load_contacts(
        [HEADER, ["1-700000", "", "", "a@b.org"], ["jo.sample@homes.org", "also@homes.org", "third@homes.org", "1-7"]]
    )
    kept = FailedRow.objects.values_list("value", flat=True)
    assert kept
    assert not any("homes" in value or "sample" in value for value in kept)


def test_a_closed_listing_takes_no_address(load, load_contacts):
    load(places(2), accept_closures=True)
    load_contacts([HEADER, ["1-700000", "", "", "a@b.org"], ["1-700002", "", "", "gone@b.org"]])
    assert "no longer lists" in FailedRow.objects.get().reason
    assert not emails_of("1-700002")


def test_two_rows_of_one_place_add_up_but_may_not_contradict_each_other(load, load_contacts):
    load([*places(3)[1:], replace(places(1)[0], code_in_cqc_file=False)], accept_closures=True)
    rows = [
        ["1-700000", "", "V0001", "a@b.org"],
        ["1-700000", "", "V0001", "c@d.org"],
        ["1-700000", "", "V0002", "e@f.org"],
    ]
    done = load_contacts([HEADER, *rows])
    assert counts(done) == {"rows": 3, "new": 2, "failed": 1}
    assert emails_of() == ["a@b.org", "c@d.org"]
    assert FailedRow.objects.get().reason == "Row 2 says V0001 for the same location. Keep the right one."


def test_a_code_that_cqc_leaves_empty_comes_from_the_extract_and_outlives_the_next_edition(load, load_contacts):
    without_code = [replace(places(1)[0], code_in_cqc_file=False), *places(3)[1:]]
    load(without_code, accept_closures=True)
    done = load_contacts([HEADER, ["1-700000", "", "VLLWV", "a@b.org"]])
    assert counts(done) == {"rows": 1, "new": 1}
    assert counts(load(without_code))["unchanged"] == 3
    listing = Listing.objects.get(location_id="1-700000")
    assert (listing.site_ods_code, listing.site_ods_code_from_extract) == ("VLLWV", True)
    # The next extract may correct its own code, and take it back.
    load_contacts([HEADER, ["1-700000", "", "VLLWX", "a@b.org"]])
    listing.refresh_from_db()
    assert listing.site_ods_code == "VLLWX"
    load_contacts([HEADER, ["1-700000", "", "", "a@b.org"]])
    listing.refresh_from_db()
    assert (listing.site_ods_code, listing.site_ods_code_from_extract) == ("", False)


def test_cqcs_own_code_takes_the_place_of_the_extracts(load, load_contacts):
    load([replace(places(1)[0], code_in_cqc_file=False), *places(3)[1:]], accept_closures=True)
    load_contacts([HEADER, ["1-700000", "", "VLLWV", "a@b.org"]])
    load(places(3))
    listing = Listing.objects.get(location_id="1-700000")
    assert (listing.site_ods_code, listing.site_ods_code_from_extract) == ("V0000", False)


def test_an_erased_address_does_not_come_back(load_contacts, settings):
    rows = [HEADER, ["1-700000", "", "", "Jo@b.org; kept@b.org"], ["1-700001", "", "", "jo@b.org"]]
    load_contacts(rows)
    erase("JO@b.org ")
    load_contacts(rows)
    assert (emails_of("1-700000"), emails_of("1-700001")) == (["kept@b.org"], [])
    # Nor after the keys that encrypt mails have changed.
    settings.FIELD_ENCRYPTION_KEYS = ["n" * 43 + "="]
    load_contacts(rows)
    assert emails_of("1-700001") == []


def test_the_digest_of_an_erased_address_needs_the_key(settings):
    erase("jo@b.org")
    kept = ErasedEmailDigest.objects.get().digest
    assert digest_of(" Jo@B.org") == kept
    settings.ERASED_ADDRESS_KEY = "n" * 64
    assert digest_of("jo@b.org") != kept
