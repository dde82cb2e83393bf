"""Searches a list of the staff site as a person does: types into its box and presses the button."""

from __future__ import annotations

from typing import Any

from django.test import Client

from badgeportal.admin_search import TYPED


def search_list(client: Client, address: str, words: str) -> Any:
    """The list at `address` after a search for `words`."""
    return client.post(address, {TYPED: words}, follow=True)
