"""Filling in the journey's pages through Django's test client, as a browser would: with what the page holds."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.journeys import DELIVERY

ANSWERS: dict[str, dict[str, Any]] = {
    "order_cqc": {"cqc_registered": "no"},
    "order_organisation": {"organisation_name": "Sunrise Day Centre", "organisation_type": "day_service"},
    "order_quantity": {"quantity": "10"},
    "order_phone": {"phone": "0161 496 0123"},
    "order_delivery": DELIVERY,
}


def hidden(response: HttpResponse) -> dict[str, str]:
    """The hidden inputs of the page, but for the token."""
    found = re.findall(r'<input type="hidden" name="(draft|version)" value="([^"]*)">', response.content.decode())
    return dict(found)


def answer(client: Client, name: str, *, query: str = "", **other: Any) -> HttpResponse:
    """Open the page `name` and send it with its usual answers but for `other`."""
    url = reverse(name) + query
    page = client.get(url)
    assert page.status_code == 200, (name, page.status_code, page.headers.get("Location"))
    return client.post(url, ANSWERS[name] | hidden(page) | other)


def answer_all(client: Client, **other: dict[str, Any]) -> None:
    """Every question of somebody who is not CQC registered; `other` by page name."""
    for name in ("order_cqc", "order_organisation", "order_quantity", "order_delivery"):
        response = answer(client, name, **other.get(name, {}))
        assert response.status_code == 302, response.content.decode()


def text_of(response: HttpResponse) -> str:
    """The words of the page's main part, without markup."""
    main = response.content.decode().split('id="main-content"')[-1].split("<footer")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
