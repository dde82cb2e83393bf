"""CQC's file becomes the register: what is new, changed, closed, out of scope or wrong, and nothing by halves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from badgeportal.audit.models import AuditEvent
from sampledata.register import HOME_CARE, listings
from sampledata.register_files import NAMED_PERSON
from tests.verification.register.conftest import ACTOR, NOW
from tests.verification.register.files import hsca_file, hsca_with, places
from verification.models import FailedRow, Listing, RegisterImport
from verification.register import writing
from verification.register.refusal import ImportFailed, TooManyClosures
from verification.register.runs import Counts

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


def counts(register_import: RegisterImport) -> dict[str, int]:
    register_import.refresh_from_db()
    return {name: value for name in Counts._fields if (value := getattr(register_import, name))}


def test_a_listing_carries_what_the_file_says(load):
    load(
        [
            replace(
                places(1)[0],
                phone="01632 960123",
                postcode="ng19zz",
                region="Yorkshire and The Humber",
                council="Leeds",
            )
        ]
    )
    listing = Listing.objects.get()
    assert (listing.location_id, listing.provider_id, listing.name) == ("1-700000", "1-800000", "Home 0")
    assert (listing.site_ods_code, listing.site_ods_code_from_extract) == ("V0000", False)
    assert (listing.postcode, listing.phone, listing.town) == ("NG1 9ZZ", "01632960123", "Larkmere")
    # CQC writes Yorkshire & Humberside; a council has no code in CQC's file.
    assert (listing.region, listing.local_authority, listing.local_authority_code) == (
        "Yorkshire and The Humber", "Leeds", "E08000035",
    )  # fmt: skip
    assert (listing.care_home, listing.beds, listing.dormant) == (True, 34, False)
    assert listing.service_types == ["Care home service without nursing"]
    assert (listing.status, listing.closed_at, listing.changed_at) == ("active", None, NOW)
    assert str(listing.source.edition) == "2026-11-02"


def test_only_adult_social_care_is_loaded(load):
    hospital = replace(
        places(1)[0], directorate="Hospitals", sector="Independent Healthcare Org", location_id="1-790000"
    )
    by_sector = replace(places(1, start=5)[0], directorate="", sector="Social Care Org")
    done = load([*places(3), hospital, by_sector])
    assert counts(done) == {"rows": 5, "new": 4, "out_of_scope": 1}
    assert not Listing.objects.filter(location_id="1-790000").exists()


def test_the_same_file_twice_changes_nothing(load):
    sample = list(listings(150))
    first = load(sample)
    before = list(Listing.objects.order_by("pk").values())
    again = load(sample, now=LATER)
    assert counts(first) == {"rows": 157, "new": 150, "out_of_scope": 7}
    assert counts(again) == {"rows": 157, "unchanged": 150, "out_of_scope": 7}
    assert list(Listing.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"name": "New name"}, "name", "New name"),
        ({"phone": "01632 960999"}, "phone", "01632960999"),
        ({"site_code": "V9999"}, "site_ods_code", "V9999"),
        ({"site_code": ""}, "site_ods_code", ""),
        ({"beds": 12}, "beds", 12),
        ({"dormant": True}, "dormant", True),
        ({"services": (HOME_CARE,)}, "service_types", [HOME_CARE]),
        ({"provider_id": "1-899999"}, "provider_id", "1-899999"),
        ({"council": "Derby"}, "local_authority_code", "E06000015"),
    ],
)
def test_only_what_differs_is_changed(load, change, field, expected):
    load(places(3))
    first, *rest = places(3)
    done = load([replace(first, **change), *rest], now=LATER)
    assert counts(done) == {"rows": 3, "changed": 1, "unchanged": 2}
    changed = Listing.objects.get(location_id="1-700000")
    assert getattr(changed, field) == expected
    assert (changed.changed_at, changed.source) == (LATER, done)
    assert Listing.objects.filter(changed_at=NOW).count() == 2


def test_a_listing_that_is_gone_is_closed_and_one_that_comes_back_is_open_again(load):
    load(places(40))
    done = load(places(39), now=LATER)
    assert counts(done) == {"rows": 39, "unchanged": 39, "closed": 1}
    closed = Listing.objects.get(location_id="1-700039")
    assert (closed.status, closed.closed_at, closed.source) == ("closed", LATER, done)
    # A listing that stays closed is not closed again.
    assert counts(load(places(39), now=LATER))["unchanged"] == 39
    assert counts(load(places(40), now=LATER)) == {"rows": 40, "changed": 1, "unchanged": 39}
    closed.refresh_from_db()
    assert (closed.status, closed.closed_at) == ("active", None)


def test_exactly_five_percent_may_close(load):
    load(places(40))
    assert load(places(38)).closed == 2


def test_more_than_five_percent_stops_and_asks(load):
    load(places(40))
    with pytest.raises(TooManyClosures) as stop:
        load([*places(37), *places(5, start=50)], now=LATER)
    assert "would close 3 of 40 listings" in str(stop.value)
    assert "--accept-closures" in str(stop.value)
    stopped = RegisterImport.objects.latest("pk")
    assert (stopped.state, stopped.message) == ("stopped", str(stop.value))
    assert counts(stopped) == {}
    assert Listing.objects.active().count() == 40
    assert Listing.objects.count() == 40


def test_the_share_that_may_close_is_a_setting(load, settings):
    load(places(40))
    settings.IMPORT_CLOSURE_LIMIT_PERCENT = 2.5
    with pytest.raises(TooManyClosures, match=r"more than 2\.5%"):
        load(places(38))
    settings.IMPORT_CLOSURE_LIMIT_PERCENT = 10.0
    assert load(places(36)).closed == 4


def test_closures_that_were_accepted_are_made(load):
    load(places(40))
    done = load(places(3), accept_closures=True)
    assert counts(done) == {"rows": 3, "unchanged": 3, "closed": 37}


WRONG_CELLS = [
    ("Location ID", "2-12345", "A location ID is 1- and up to 12 digits."),
    ("Location ID", "", "A location ID is 1- and up to 12 digits."),
    ("Provider ID", "1-", "A provider ID is"),
    ("Location Name", "", "Give a name"),
    ("Location Name", "x" * 201, "Give a name of at most 200 characters."),
    ("Location ODS Code", "V!", "An ODS code has 3 to 10 letters and digits."),
    ("Location Telephone Number", "9" * 31, "at most 30"),
    ("Location Postal Code", "ZZ99 3WZ", "not a UK postcode"),
    ("Location Postal Code", "not one", "not a UK postcode"),
    ("Location Region", "Wales", "not one of the nine regions"),
    ("Care homes beds", "3.5", "whole number"),
    ("Care homes beds", -2, "whole number"),
    ("Care home?", "Maybe", "Y or N"),
    ("Dormant (Y/N)", "", "Y or N"),
    ("Service type - Shared Lives", "X", "Write Y or leave the cell empty."),
    ("Location City", "x" * 101, "at most 100"),
]


@pytest.mark.parametrize(("column", "value", "reason"), WRONG_CELLS)
def test_a_row_with_a_wrong_cell_is_left_out_and_kept_with_its_place_and_what_to_do(
    load, tmp_path, column, value, reason
):
    done = load(hsca_with(tmp_path, places(3), {(3, column): value}))
    assert counts(done) == {"rows": 3, "new": 2, "failed": 1}
    kept = FailedRow.objects.get()
    assert (kept.register_import, kept.row_number, kept.column, kept.value) == (done, 3, column, str(value)[:200])
    assert reason in kept.reason


def test_every_wrong_cell_of_a_row_is_told_and_the_row_counts_once(load, tmp_path):
    done = load(hsca_with(tmp_path, places(3), {(2, "Care homes beds"): "few", (2, "Location Region"): "Mars"}))
    assert counts(done) == {"rows": 3, "new": 2, "failed": 1}
    assert sorted(FailedRow.objects.values_list("row_number", "column")) == [
        (2, "Care homes beds"), (2, "Location Region"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "field", "expected"),
    [
        ("Location ODS Code", " v llwv ", "site_ods_code", "VLLWV"),
        ("Location ODS Code", "-", "site_ods_code", ""),
        ("Location Postal Code", "sw1a1aa", "postcode", "SW1A 1AA"),
        ("Location Postal Code", "", "postcode", ""),
        ("Location Telephone Number", 1632960123, "phone", "01632960123"),
        ("Care homes beds", 34.0, "beds", 34),
        ("Care homes beds", "", "beds", None),
        ("Location Region", "Unspecified", "region", ""),
        ("Location Local Authority", "Unspecified", "local_authority", ""),
        ("Location Name", "  Two \n lines ", "name", "Two lines"),
        ("Provider ID", "RV3", "provider_id", "RV3"),
        ("Location Name", "=1+1", "name", "=1+1"),
    ],
)
def test_values_are_brought_to_one_spelling(load, tmp_path, column, value, field, expected):
    load(hsca_with(tmp_path, places(1), {(2, column): value}))
    assert getattr(Listing.objects.get(), field) == expected


def test_the_second_row_of_a_location_is_left_out(load):
    first = places(1)[0]
    done = load([*places(3), replace(first, name="Another name")])
    assert counts(done) == {"rows": 4, "new": 3, "failed": 1}
    assert FailedRow.objects.get().reason == "Row 2 has the same location ID. Keep one of the two rows."
    assert Listing.objects.get(location_id="1-700000").name == "Home 0"


def test_a_row_that_could_not_be_taken_does_not_close_its_listing(load, tmp_path):
    load(places(3))
    done = load(hsca_with(tmp_path, places(3), {(2, "Care homes beds"): "many"}))
    assert counts(done) == {"rows": 3, "unchanged": 2, "failed": 1}
    assert Listing.objects.active().count() == 3


def test_named_people_of_the_file_reach_no_column_of_any_table(load, tmp_path):
    load(
        hsca_with(
            tmp_path, places(5), {(3, "Location ID"): NAMED_PERSON, (3, "Provider Main Partner Name"): NAMED_PERSON}
        )
    )
    # The wrong cell itself is kept, which proves that the search below can find the name.
    assert _rows_with(NAMED_PERSON) == {"verification_failedrow": 1}


def _rows_with(text: str) -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{text}%"])
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


def test_an_import_that_breaks_leaves_the_register_as_it_was(load, monkeypatch):
    load(places(30))
    before = list(Listing.objects.order_by("pk").values())

    def broken(**_: object) -> int:
        raise RuntimeError("Detail: Key (email)=(somebody@example.org)")

    monkeypatch.setattr(writing, "close_listings", broken)
    with pytest.raises(ImportFailed) as failure:
        load([replace(place, name="Changed") for place in places(29)] + places(2, start=60), now=LATER)
    failed = RegisterImport.objects.latest("pk")
    assert (failed.state, failed.finished_at) == ("failed", LATER)
    assert failed.message == str(failure.value) == "The import failed (RuntimeError). Nothing was changed."
    assert list(Listing.objects.order_by("pk").values()) == before


def test_an_import_that_is_interrupted_says_so(load, monkeypatch):
    def interrupt(**_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "insert_listings", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load(places(2))
    assert RegisterImport.objects.get().message == "The import was interrupted. Nothing was changed."
    assert not Listing.objects.exists()


def test_how_an_import_ended_is_in_the_audit_record(load):
    done = load(places(2))
    event = AuditEvent.objects.get(kind="register_import_ended", subject_id=str(done.pk))
    assert (event.actor, event.details["state"], event.details["new"]) == (str(ACTOR), "done", 2)


def test_an_older_edition_is_loaded_and_said_to_be_older(load, tmp_path):
    assert load(places(2)).message == ""
    older = load(hsca_file(tmp_path, places(2), edition=date(2026, 3, 4)))
    assert (older.state, older.message) == (
        "done", "The file is older than the edition of 2 November 2026 that was loaded before.",
    )  # fmt: skip


@pytest.fixture
def plan_of_insert(load, monkeypatch) -> Callable[[], str]:
    """The plan by which new listings are added to a register that the planner knows to be empty."""
    plans: list[str] = []
    insert = writing.insert_listings

    def explain_and_insert(**arguments: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {writing._INSERT}", {"source": 1, "now": NOW})
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return insert(**arguments)

    def plan() -> str:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE verification_registerimport CASCADE")
            cursor.execute("ANALYZE verification_listing")
        load(places(300))
        return plans[-1]

    monkeypatch.setattr(writing, "insert_listings", explain_and_insert)
    return plan


def test_an_empty_register_is_filled_by_hashing(plan_of_insert):
    assert "Nested Loop" not in plan_of_insert()


def test_left_to_itself_the_planner_goes_through_an_empty_register_row_by_row(plan_of_insert, monkeypatch):
    """The twin. The register grows meanwhile: with 60,000 listings this took minutes instead of a second."""
    monkeypatch.setattr(writing, "compare_by_hashing", lambda: None)
    assert "Nested Loop" in plan_of_insert()
