"""How much a request may carry."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fulfilment.tracking.reading import MAX_BYTES

PAGES_WITH_A_FILE = ["admin:fulfilment_trackingimport_load", "admin:verification_registerimport_load"]


@pytest.mark.parametrize("name", ["start", "account_login", "admin:index"])
def test_a_request_larger_than_its_page_takes_is_turned_away_unread(client, settings, name) -> None:
    settings.MAX_REQUEST_BYTES = 1000

    assert client.post(reverse(name), {"file": "x" * 1001}).status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES_WITH_A_FILE)
def test_only_where_staff_hand_in_a_file_may_it_be_larger(client, settings, name) -> None:
    settings.MAX_REQUEST_BYTES = 1000
    settings.MAX_UPLOAD_REQUEST_BYTES = 2000

    assert client.post(reverse(name), {"file": "x" * 1001}).status_code == 302
    assert client.post(reverse(name), {"file": "x" * 2001}).status_code == 413


@pytest.mark.django_db
def test_the_largest_file_that_a_page_takes_comes_through(client, settings) -> None:
    assert settings.MAX_UPLOAD_REQUEST_BYTES > MAX_BYTES + 100_000
    assert client.post(reverse("account_login"), {"login": "x" * 1001}).status_code != 413
