"""What each question takes, and the sentence it answers with when it does not."""

from __future__ import annotations

import pytest

from orders.forms import CqcForm, DeliveryForm, OdsCodeForm, OrganisationForm, PhoneForm, QuantityForm
from tests.journeys import DELIVERY


def error_of(form, field: str) -> str:
    assert not form.is_valid()
    return form.errors[field][0]


def quantity(typed: str, available: int = 100_000) -> QuantityForm:
    return QuantityForm({"quantity": typed}, available=available)


@pytest.mark.parametrize(
    ("typed", "meant"), [("1", 1), (" 25 ", 25), ("1,200", 1200), ("12 000", 12000), ("100000", 100000)]
)
def test_a_number_of_badges_however_it_is_written(typed, meant):
    form = quantity(typed)
    assert form.is_valid()
    assert form.cleaned_data["quantity"] == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter how many badges you need"),
        ("0", "Number of badges must be 1 or more"),
        ("-3", "Number of badges must be 1 or more"),
        ("twelve", "must be a whole number"),
        ("2.5", "must be a whole number"),
        ("1e5", "must be a whole number"),
        ("²", "must be a whole number"),
        ("٣", "must be a whole number"),
        ("100001", "must be 100,000 or fewer. If you need more, ring customer service on"),
        ("9" * 50, "must be 100,000 or fewer"),
    ],
)
def test_a_number_that_cannot_be_taken_says_why(typed, sentence):
    assert sentence in error_of(quantity(typed), "quantity")


@pytest.mark.parametrize(
    ("available", "sentence"), [(12, "Only 12 badges are available now"), (1, "Only 1 badge is available")]
)
def test_more_than_there_are_says_how_many_there_are(available, sentence):
    assert sentence in error_of(quantity("13", available), "quantity")
    assert quantity(str(available), available).is_valid()


@pytest.mark.promise("ods-codes")
@pytest.mark.parametrize("typed", ["vllwv", " V LL WV ", "A1X2", "D2E8H", "8HK12"])
def test_codes_of_every_shape_pass(typed):
    form = OdsCodeForm({"ods_code": typed})
    assert form.is_valid()
    assert form.cleaned_data["ods_code"] == typed.replace(" ", "").upper()


@pytest.mark.promise("ods-codes")
@pytest.mark.parametrize("typed", ["1-1234567890", "VL", "V" * 11, "VL-WV", "ŴLLWV", "😀😀😀😀"])
def test_what_is_no_ods_code_says_what_one_is_like(typed):
    assert "3 to 10 letters and numbers" in error_of(OdsCodeForm({"ods_code": typed}), "ods_code")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0161 496 0123", "+441614960123"), ("+44 7700 900982", "+447700900982"), ("(01632) 960-001", "+441632960001")],
)
def test_phone_numbers_are_kept_in_one_spelling(typed, kept):
    form = PhoneForm({"phone": typed})
    assert form.is_valid()
    assert form.cleaned_data["phone"] == kept


@pytest.mark.parametrize("typed", ["12", "ring me", "=0161", "0000 000 0000"])
def test_what_is_no_phone_number_says_what_one_is_like(typed):
    assert "like 01632 960 001" in error_of(PhoneForm({"phone": typed}), "phone")


def test_an_extension_is_refused_and_not_dropped_without_a_word():
    for typed in ("020 7946 0000 ext 5", "020 7946 0000 x12"):
        assert error_of(PhoneForm({"phone": typed}), "phone") == "Enter a phone number without an extension"


@pytest.mark.parametrize(
    ("typed", "kept"), [("ls1 4ap", "LS1 4AP"), (" M11AE.", "M1 1AE"), ("BF1 3AA", "BF1 3AA"), ("JE2 3AB", "JE2 3AB")]
)
def test_postcodes_are_kept_in_their_standard_spelling(typed, kept):
    form = DeliveryForm(DELIVERY | {"postcode": typed})
    assert form.is_valid()
    assert form.cleaned_data["postcode"] == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a postcode"),
        ("LS1", "Enter a full UK postcode"),
        ("10115", "Enter a full UK postcode"),
        ("BFPO 57", "It starts with BF1"),
        ("ZZ99 3WZ", "where a courier can deliver"),
        ("GIR 0AA", "where a courier can deliver"),
    ],
)
def test_what_is_no_postcode_for_a_courier_says_what_to_do(typed, sentence):
    assert sentence in error_of(DeliveryForm(DELIVERY | {"postcode": typed}), "postcode")


@pytest.mark.parametrize("field", ["recipient_name", "address_line_1", "address_line_2", "town", "county"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Ŵ" * 300, "characters or fewer"),
        ("Llanfair 🏴󠁧󠁢󠁷󠁬󠁳󠁿 Home", "emoji"),
        ("=1+1", "must start with a letter or a number"),
        ("Rose\x00Cottage", "hidden character"),
    ],
)
def test_every_line_of_the_address_refuses_what_breaks_the_label(field, typed, sentence):
    assert sentence in error_of(DeliveryForm(DELIVERY | {field: typed}), field)


def test_an_address_too_long_for_the_label_is_told_where_it_is_typed():
    typed = DELIVERY | {
        "address_line_1": "The Old Rectory Residential and Nursing Home for Retired Seafarers and Others"
    }
    form = DeliveryForm(typed | {"recipient_name": "The Registered Manager and the Deputy Manager in Charge"})
    assert "Address line 1 is too long" in error_of(form, "address_line_1")


def test_names_of_organisations_take_welsh_and_refuse_formulas():
    kind = {"organisation_type": "charity"}
    assert OrganisationForm(kind | {"organisation_name": "Cartref Gofal Tŷ’r Eglwys"}).is_valid()
    assert "must start with" in error_of(
        OrganisationForm(kind | {"organisation_name": "@home care"}), "organisation_name"
    )
    assert "100 characters" in error_of(OrganisationForm(kind | {"organisation_name": "ŷ" * 300}), "organisation_name")


def test_nothing_chosen_says_what_to_choose():
    assert error_of(CqcForm({}), "cqc_registered") == "Select yes if your organisation is registered with CQC"
    assert "Select what kind" in error_of(OrganisationForm({}), "organisation_type")
    assert [CqcForm({"cqc_registered": said}).is_valid() for said in ("yes", "no", "maybe")] == [True, True, False]
