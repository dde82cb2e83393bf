"""The courier's label: everything typed is on it, in order, within its widths, or the person is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.delivery_address import AddressDoesNotFit, fit_lines, fits

LAYOUT = [
    {"heading": "Reference", "field": "reference", "limit": 20},
    {"heading": "Name", "field": "name", "limit": 25},
    {"heading": "Address1", "field": "address1", "limit": 25},
    {"heading": "Address2", "field": "address2", "limit": 30},
    {"heading": "Address3", "field": "address3", "limit": 30},
    {"heading": "Town", "field": "town", "limit": 30},
    {"heading": "County", "field": "county", "limit": 30},
    {"heading": "Postcode", "field": "postcode", "limit": 8},
]
ORDINARY = {
    "name": "Megan Ŵyn-Jones",
    "line_1": "Rose Cottage",
    "line_2": "12 Mill Lane",
    "town": "Leeds",
    "county": "",
    "postcode": "LS1 4AP",
}
words = st.text("abcdeŵŷ", min_size=1, max_size=12)
lines = st.lists(words, min_size=1, max_size=8).map(" ".join)


def set_out(**other: str) -> dict[str, str]:
    return fit_lines(**(ORDINARY | other), layout=LAYOUT)


def test_an_ordinary_address_stays_as_typed():
    assert set_out() == {
        "name": "Megan Ŵyn-Jones",
        "address1": "Rose Cottage",
        "address2": "12 Mill Lane",
        "address3": "",
        "town": "Leeds",
        "county": "",
        "postcode": "LS1 4AP",
    }


def test_a_long_name_runs_on_to_the_next_line_between_words():
    label = set_out(name="The Manager of Rose Cottage Residential Home")
    assert [label[slot] for slot in ("name", "address1", "address2", "address3")] == [
        "The Manager of Rose",
        "Cottage Residential Home",
        "Rose Cottage",
        "12 Mill Lane",
    ]


def test_address_lines_run_on_together_when_they_need_fewer_lines_so():
    label = set_out(
        name="The Manager of Rose Cottage Residential Home",
        line_1="Unit 4b Business",
        line_2="Park West End Lane North West Gate",
    )
    assert [label["address2"], label["address3"]] == ["Unit 4b Business, Park West", "End Lane North West Gate"]


@given(lines, lines, lines)
def test_nothing_is_lost_cut_or_too_wide(name, line_1, line_2):
    try:
        label = set_out(name=name, line_1=line_1, line_2=line_2)
    except AddressDoesNotFit:
        return
    slots = [label[slot] for slot in ("name", "address1", "address2", "address3")]
    assert " ".join(" ".join(slots).replace(",", "").split()) == f"{name} {line_1} {line_2}"
    assert all(len(text) <= limit for text, limit in zip(slots, (25, 25, 30, 30), strict=True))


@pytest.mark.parametrize(
    ("answer", "typed", "sentence"),
    [
        ("name", "Llanfairpwllgwyngyllgogerych Home", "Name has a word of more than 25 characters"),
        ("line_1", "x" * 26, "Address line 1 has a word of more than 25 characters"),
        ("line_2", "one two three four " * 5, "Address line 2 is too long"),
        ("town", "Llanfairpwllgwyngyllgogerychwyrn", "Town must be 30 characters or fewer"),
        ("county", "c" * 31, "County must be 30 characters or fewer"),
    ],
)
def test_what_does_not_fit_says_which_answer_and_what_to_do(answer, typed, sentence):
    with pytest.raises(AddressDoesNotFit) as fault:
        set_out(**{answer: typed})
    assert [misfit.answer for misfit in fault.value.misfits] == [answer]
    assert sentence in fault.value.misfits[0].sentence
    assert typed not in str(fault.value)


def test_decomposed_letters_are_measured_as_printed():
    assert set_out(name="w\u0302" * 25)["name"] == "ŵ" * 25


def test_the_layout_comes_from_the_settings(settings):
    settings.DX_LAYOUT = [
        {"heading": "N", "field": "name", "limit": 4},
        {"heading": "A", "field": "address1", "limit": 60},
    ]
    assert not fits(**ORDINARY)
    settings.DX_LAYOUT = LAYOUT
    assert fits(**ORDINARY)
