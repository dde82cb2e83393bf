"""Using one's rights as people do: signed in with the password, by the pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import DataRequest, User
from accounts.restricting import restrict
from badgeportal.actor import Actor
from tests.factories.user import PASSWORD

GROUND = DataRequest.Ground.ACCURACY


def sign_in(client: Client, user: User) -> Client:
    """Signing in, and typing the password once more, as the pages about one's own data ask for it."""
    for page in ("account_login", "account_reauthenticate"):
        answer = client.post(reverse(page), {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302
    return client


def a_while_passes(client: Client) -> None:
    """As if the password had been typed longer ago than ACCOUNT_REAUTHENTICATION_TIMEOUT."""
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= 3600
    session.save()


def restricted(user: User, *, now: Any = None) -> User:
    """`user`, whose data is kept and not used from `now` on."""
    with transaction.atomic():
        restrict(account_id=user.pk, actor=Actor.user(user), now=now or timezone.now())
    user.refresh_from_db()
    return user
