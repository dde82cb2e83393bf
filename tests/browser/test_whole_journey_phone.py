"""The whole journey on a screen as wide as a phone, by the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.journey import Arrives, whole_journey
from tests.browser.people import PHONE
from tests.browser.provider import KeyboardProvider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("register", "own_mailbox", "real_worker"),
]


def test_from_registering_to_the_parcel_on_its_way_by_keyboard_on_a_phone(arrives: Arrives, tmp_path: Path) -> None:
    whole_journey(arrives, tmp_path, kind=KeyboardProvider, viewport=PHONE)
