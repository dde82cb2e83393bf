"""The whole journey on a desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.journey import Arrives, whole_journey

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("register", "own_mailbox", "real_worker"),
]


def test_from_registering_to_the_parcel_on_its_way(arrives: Arrives, tmp_path: Path) -> None:
    whole_journey(arrives, tmp_path)
