"""What stands in Redis tells of nobody: names of keys outlive the counts behind them in Redis's own file."""

from __future__ import annotations

import hashlib

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.closing.traces import redis_client
from tests.factories.user import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

ADDRESS, EMAIL = "203.0.113.77", "ann@care.example"


def in_redis() -> str:
    """Every key of the cache with its value, as text."""
    client = redis_client()
    names = sorted(client.scan_iter(match=f"{cache.key_prefix}:*"))
    return "\n".join(f"{name!r} {client.get(name)!r}" for name in names)


def test_tries_to_sign_in_are_counted_without_saying_whose() -> None:
    UserFactory(email=EMAIL)
    visitor = Client(REMOTE_ADDR=ADDRESS)
    for _ in range(5):
        answer = visitor.post(reverse("account_login"), {"login": EMAIL, "password": "wrong"})
        assert "not correct" in answer.content.decode()
    kept = in_redis()
    assert "allauth:" in kept
    assert all(secret not in kept for secret in (ADDRESS, EMAIL, "203.0", hashlib.sha256(EMAIL.encode()).hexdigest()))

    # And they count: the right password comes too late.
    answer = visitor.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    assert answer.status_code in (200, 429)
    assert "_auth_user_id" not in visitor.session


def test_the_portals_own_names_stay_readable() -> None:
    cache.set("beat-seen", 1)
    assert f"{cache.key_prefix}:1:beat-seen" in in_redis()
