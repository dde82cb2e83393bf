"""References: what a person may mistype is noticed, what they may spell in other ways is not a mistake."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orders.reference import ALPHABET, BODY_LENGTH, check_character, new_reference, parse_reference

bodies = st.text(ALPHABET, min_size=BODY_LENGTH, max_size=BODY_LENGTH)


def dressed(plain: str) -> str:
    return f"CARE-{plain[:4]}-{plain[4:]}"


@given(bodies)
def test_a_reference_is_read_however_it_is_spelt(body):
    plain = body + check_character(body)
    wanted = dressed(plain)
    for spelling in (wanted, wanted.lower(), plain, f" care {plain[:4]} {plain[4:]} ", wanted.replace("-", "")):
        assert parse_reference(spelling) == wanted


@given(bodies, st.integers(0, BODY_LENGTH), st.sampled_from(ALPHABET))
def test_every_wrong_character_is_noticed(body, place, wrong):
    plain = body + check_character(body)
    mistyped = plain[:place] + wrong + plain[place + 1 :]
    assert (parse_reference(dressed(mistyped)) is None) == (mistyped != plain)


@given(bodies, st.integers(0, BODY_LENGTH - 1))
def test_every_swap_of_neighbours_is_noticed(body, place):
    plain = body + check_character(body)
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert (parse_reference(dressed(swapped)) is None) == (swapped != plain)


def test_new_references_are_well_formed_and_differ():
    drawn = {new_reference() for _ in range(500)}
    assert len(drawn) == 500
    assert all(parse_reference(reference) == reference for reference in drawn)


def test_a_body_that_begins_like_the_prefix_is_still_read():
    body = "CARE234"
    assert parse_reference(body + check_character(body)) == dressed(body + check_character(body))


def test_what_cannot_be_a_reference_is_none():
    for text in ("", "CARE-", "CARE-OOOO-IIII", "CARE-2345-678", "CARE-2345-67899", "1 Mill Lane"):
        assert parse_reference(text) is None
