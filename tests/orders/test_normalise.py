"""One spelling for what people write in many ways."""

from __future__ import annotations

import pytest

from orders.normalise import address_key, email_key, ods_key, organisation_key, phone_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sunrise Care Limited", "SUNRISE CARE LTD."),
        ("The Oaks & Elms", "oaks and elms"),
        ("Tŷ Gwŷn", "Ty Gwyn"),
        ("St. Mary's Home", "St Marys Home"),
        ("  Rose   Cottage ", "Rose Cottage plc"),
    ],
)
def test_names_of_one_organisation_meet(one, other):
    assert organisation_key(one) == organisation_key(other) != ""


def test_names_of_two_organisations_stay_apart():
    assert organisation_key("Sunrise Care") != organisation_key("Sunset Care")


@pytest.mark.parametrize("number", ["0161 496 0123", "+44 161 496 0123", "(0161) 4960123", "+441614960123"])
def test_one_phone_number_is_one_key(number):
    assert phone_key(number) == "1614960123"


@pytest.mark.parametrize("number", ["", "999", "ring me"])
def test_what_is_no_phone_number_has_no_key(number):
    assert phone_key(number) == ""


def test_addresses_meet_by_door_and_postcode():
    assert address_key("12, Mill Lane", "ls1 4ap") == address_key("12 MILL LANE", "LS14AP") == "LS14AP 12milllane"
    assert address_key("12 Mill Lane", "LS1 4AP") != address_key("14 Mill Lane", "LS1 4AP")
    assert address_key("", "LS1 4AP") == address_key("12 Mill Lane", "") == ""


def test_emails_differ_in_nothing_but_spaces_and_capitals():
    assert email_key(" A.Manager@Home.Example ") == "a.manager@home.example"
    assert email_key("a.b@home.example") != email_key("ab@home.example")


def test_codes_are_upper_case_without_spaces():
    assert ods_key(" vl lwv ") == "VLLWV"
