"""How much a request may carry."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fulfilment.tracking.reading import MAX_BYTES


@pytest.mark.parametrize("name", ["start", "account_login", "admin:fulfilment_trackingimport_load"])
def test_a_request_larger_than_any_page_takes_is_turned_away_unread(client, settings, name) -> None:
    settings.MAX_REQUEST_BYTES = 1000

    assert client.post(reverse(name), {"file": "x" * 1001}).status_code == 413


@pytest.mark.django_db
def test_the_largest_file_that_a_page_takes_comes_through(client, settings) -> None:
    assert settings.MAX_REQUEST_BYTES > MAX_BYTES + 100_000
    assert client.post(reverse("account_login"), {"login": "x" * 1001}).status_code != 413
