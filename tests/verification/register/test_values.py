"""Single values, as people and programs write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localflavor.gb.forms import GBPostcodeField

from verification.register import values
from verification.register.checks import IncomingListing, check_row
from verification.register.columns import HSCA_COLUMNS, POSITION
from verification.register.geography import REGIONS, councils, local_authority_code, region_named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SW1A 1AA", "SW1A 1AA"), ("sw1a1aa", "SW1A 1AA"), (" M1  1AE ", "M1 1AE"), ("CR2-6XH", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"), ("W1T 1HQ", "W1T 1HQ"), ("EC1A 1BB", "EC1A 1BB"), ("", ""), ("-", ""), ("ZZ99 3WZ", None),
        ("B33 8T", None), ("SW1A 1CC", None), ("QA1 1AA", None), ("hello", None), ("M1 1AE M1 1AE", None),
    ],
)  # fmt: skip
def test_postcodes(text, expected):
    assert values.postcode(text) == expected


@given(
    st.from_regex(values._POSTCODE, fullmatch=True).filter(lambda text: text.isascii() and not text.startswith("ZZ"))
)
def test_what_we_take_for_a_postcode_the_order_form_takes_too(text):
    assert GBPostcodeField().clean(text) == values.postcode(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v llwv", "VLLWV"),
        ("A1B2C", "A1B2C"),
        ("-", ""),
        ("n/a", ""),
        ("", ""),
        ("V", None),
        ("V-123", None),
        ("V" * 11, None),
    ],
)
def test_ods_codes(text, expected):
    assert values.ods_code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0161 496 0000", "0161 496 0000"),
        ("1614960000", "01614960000"),
        ("20794600", "20794600"),
        ("-", ""),
        (" 01 ", "01"),
    ],
)
def test_phones_get_back_the_nought_that_a_spreadsheet_took(text, expected):
    assert values.phone(text) == expected


@pytest.mark.parametrize("text", ["jo.o'neil+x@bücher.example", "Jo Sample <jo@x.org>", "@", "two@a.org three@b.org"])
def test_of_an_address_only_the_shape_is_kept(text):
    kept = values.kept_value(text)
    assert set(re.sub(r"\W", "", kept)) <= {"x"}
    assert [letter for letter in kept if letter == "@"] == [letter for letter in text if letter == "@"]


@given(
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["Y", "N", "1-1", "34", ""])), min_size=122, max_size=122)
)
def test_no_row_however_strange_breaks_the_check(cells):
    outcome = check_row(cells)
    assert isinstance(outcome, IncomingListing) or all(problem.reason.endswith(".") for problem in outcome)


def test_every_column_that_is_read_says_what_to_do_when_it_is_wrong():
    rubbish = check_row(["x" * 400] * len(HSCA_COLUMNS))
    assert not isinstance(rubbish, IncomingListing)
    columns = {problem.column for problem in rubbish}
    assert columns <= POSITION.keys()
    assert columns.isdisjoint(
        {"Registered manager", "Provider Nominated Individual Name", "Provider Main Partner Name"}
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yorkshire & Humberside", "Yorkshire and The Humber"), ("East", "East of England"), ("Eastern", "East of England"),
        (" London ", "London"), ("Unspecified", ""), ("", ""), ("Wales", None), ("South", None),
    ],
)  # fmt: skip
def test_regions(text, expected):
    assert region_named(text) == expected


def test_every_region_is_its_own_name():
    assert [region_named(region) for region in REGIONS] == list(REGIONS)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Bristol", "E06000023"), ("Bristol, City of", "E06000023"), ("Herefordshire", "E06000019"), ("Durham", "E06000047"),
        ("St Helens", "E08000013"), ("Brighton & Hove", "E06000043"), ("City of London", "E09000001"), ("London", ""),
        ("Barnsley", "E08000038"), ("Sheffield", "E08000039"), ("Stoke on Trent", "E06000021"), ("Cardiff", ""), ("", ""),
    ],
)  # fmt: skip
def test_councils_get_the_code_that_cqc_leaves_out(name, code):
    assert local_authority_code(name) == code


def test_every_council_is_found_by_its_own_name():
    assert [local_authority_code(name) for _, _, name in councils()] == [code for _, code, _ in councils()]
