"""Letters of every language pass; what breaks a label or a spreadsheet is refused with a sentence that helps."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from badgeportal.typed_text import TypedTextField, problem_with, tidy


def field() -> TypedTextField:
    return TypedTextField(what="Name", max_length=80)


@pytest.mark.parametrize(
    "text",
    ["Tŷ Gwŷn, Llŷn", "Siân O’Neill-Ŵyn", "Łukasz Żak", "李小龍", "St John's (Annexe) No. 4/5", "A + B Care & Co"],
)
def test_letters_of_every_language_pass_unchanged(text):
    assert field().clean(text) == text


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+44 161", "-dash", "@home", "\t=1", "  =1"])
def test_a_start_like_a_formula_is_refused(text):
    with pytest.raises(ValidationError, match="must start with a letter or a number"):
        field().clean(text)


@pytest.mark.parametrize("text", ["Rose 🌹 Cottage", "👨‍👩‍👧 Home", "I ❤️ care", "5°"])
def test_pictures_are_refused_with_what_to_take_out(text):
    with pytest.raises(ValidationError, match="Take out"):
        field().clean(text)


@pytest.mark.parametrize("text", ["Rose\u200bCottage", "Rose\nCottage", "Rose\tCottage", "Rose\x07", "\u202eesoR"])
def test_hidden_characters_are_refused(text):
    with pytest.raises(ValidationError, match="hidden character"):
        field().clean(text)


def test_spaces_from_copying_become_ordinary_ones():
    assert field().clean(" Rose\u00a0 \u2009Cottage ") == "Rose Cottage"


def test_decomposed_letters_count_as_one_character():
    assert field().clean("w\u0302" * 80) == "ŵ" * 80


def test_three_hundred_characters_are_told_the_limit():
    with pytest.raises(ValidationError, match="Name must be 80 characters or fewer"):
        field().clean("Ŵ" * 300)


@given(st.text(max_size=60))
def test_what_passes_prints_and_is_not_a_formula(text):
    try:
        clean = TypedTextField(what="Name", max_length=80, required=False).clean(text)
    except ValidationError:
        return
    assert clean == tidy(clean)
    assert not clean.startswith(("=", "+", "-", "@", "\t"))
    assert clean == "" or clean.isprintable()
    assert problem_with(clean, what="Name") == ""
