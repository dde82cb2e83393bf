"""Which postcodes are plainly in England: every district of the facts, and the traps beside them."""

from __future__ import annotations

import pytest

from orders.england import is_plainly_in_england

ENGLAND = """
    SW1A 1AA, EC1A 1BB, M1 1AE, LS1 4AP, B33 8TH, CR2 6XH, DN55 1PT, W1A 0AX,
    GL1 1AA, CH2 1AA, HR1 1AA, HR4 0AA, SY1 1AA, SY6 6AA, NE1 1AA, CA1 1AA, BS1 4DJ, GU1 1AA, PE1 1AA, KT1 1AA, DL1 1AA
"""
WALES = """
    CF10 1AA, SA1 1AA, CH5 1AA, CH8 7AA, LD1 5AA, LD6 5AA, LL15 1AA, LL19 7AA, LL21 0AA, LL29 6AA, LL30 1AA, LL41 3AA,
    LL57 1AA, LL65 1AA, LL77 7AA, NP4 0AA, NP8 1AA, NP10 8AA, NP13 1AA, NP20 1AA, NP44 1AA, SY16 1AA, SY20 8AA, SY25 6AA
"""
SCOTLAND = (
    "AB10 1AA, DD1 1AA, EH1 1AA, FK1 1AA, G1 1AA, G84 0AA, HS1 2AA, ZE1 0AA, DG1 1AA, DG14 0AA, TD1 1AA, TD14 5AA"
)
ON_A_BORDER = """
    CH1 1AA, CH4 0AA, HR2 0AA, HR3 5AA, HR5 3AA, LD7 1AA, LD8 2AA, LL11 1AA, LL14 5AA, LL20 7AA, NP7 5AA, NP16 5AA, NP25 3AA,
    SY5 0AA, SY10 0AA, SY15 6AA, SY21 0AA, DG16 5AA, TD9 0AA, TD12 4AA, TD15 1AA
"""
ELSEWHERE = "BT1 1AA, JE2 3AB, GY1 1AA, IM1 1AA, BF1 1AA, BX1 1AA, XX1 1AA, ZZ99 3AA"


def each(text: str) -> list[str]:
    return [postcode.strip() for postcode in text.split(",")]


@pytest.mark.parametrize("postcode", each(ENGLAND))
def test_plainly_in_england(postcode: str) -> None:
    assert is_plainly_in_england(postcode)
    assert is_plainly_in_england(postcode.replace(" ", "").lower())


@pytest.mark.parametrize("postcode", each(WALES) + each(SCOTLAND) + each(ON_A_BORDER) + each(ELSEWHERE))
def test_not_plainly_in_england(postcode: str) -> None:
    assert not is_plainly_in_england(postcode)
    assert not is_plainly_in_england(postcode.replace(" ", "").lower())


@pytest.mark.parametrize("text", ["", " ", "1AA", "Leeds", "SW1A", "12345", "GIR 0AA", "SAN TA1"])
def test_what_is_no_postcode_is_looked_at(text: str) -> None:
    assert not is_plainly_in_england(text)
