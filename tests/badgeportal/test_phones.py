"""Phone numbers as people read them."""

from __future__ import annotations

import pytest

from badgeportal.phones import national_phone


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+441632960101", "01632 960101"),
        ("02079460106", "020 7946 0106"),
        ("+33140506070", "+33140506070"),
        ("ask at the desk", "ask at the desk"),
        ("", ""),
    ],
)
def test_a_british_number_is_read_the_british_way(stored, read):
    assert national_phone(stored) == read
