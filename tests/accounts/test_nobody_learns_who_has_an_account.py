"""From no page, mail or amount of work can a stranger tell whether an address has an account.

Time is not measured, work is: how often a password is hashed (a fifth of a second each) and how many queries are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import hashers
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.forms import SignupForm
from accounts.models import User
from badgeportal.outbox.models import OutboxMessage
from tests.factories.user import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

KNOWN = "known.person@home.example"
UNKNOWN = "other.person@home.example"
# A look-up more or less is far below what a network lets anybody see; a hash or a mail sent at once is not.
QUERIES_MAY_DIFFER_BY = 3


@dataclass
class Seen:
    """What a stranger sees of one answer, and what it cost."""

    status: int
    where: str
    text: str
    headers: list[str]
    hashes: int
    queries: int
    mails: int


class Stranger:
    """Asks the portal something and notes the answer; `hashes` counts every hash of a password."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        self.hashes = 0
        encode = hashers.MD5PasswordHasher.encode

        def counted(hasher: Any, *args: Any) -> str:
            self.hashes += 1
            return encode(hasher, *args)

        monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)

    def sees(self, address: str, ask: Callable[[], HttpResponse]) -> Seen:
        hashes, mails = self.hashes, OutboxMessage.objects.count()
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        return Seen(
            status=answer.status_code,
            where=answer.headers.get("Location", ""),
            text=plain(answer, address),
            headers=sorted(answer.headers),
            hashes=self.hashes - hashes,
            queries=len(queries),
            mails=OutboxMessage.objects.count() - mails,
        )


def plain(answer: HttpResponse, address: str) -> str:
    """The page without what differs in any case: the address itself and one-time tokens."""
    text = answer.content.decode().replace(address, "ADDRESS")
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text)


def assert_alike(known: Seen, unknown: Seen) -> None:
    assert (known.status, known.where, known.headers) == (unknown.status, unknown.where, unknown.headers)
    assert known.text == unknown.text
    assert known.hashes == unknown.hashes
    assert known.mails == unknown.mails
    assert abs(known.queries - unknown.queries) <= QUERIES_MAY_DIFFER_BY, (known.queries, unknown.queries)


@pytest.fixture
def stranger(monkeypatch, settings) -> Stranger:
    UserFactory(email=KNOWN)
    # Caches of templates and content types are filled first, or the first question would look dearer.
    Client().get(reverse("account_signup"))
    return Stranger(monkeypatch, settings)


def test_sign_up(stranger) -> None:
    page = reverse("account_signup")
    warm = Client()
    warm.post(page, {"email": "first@home.example", "password1": PASSWORD})

    def ask(client: Client, address: str) -> Seen:
        return stranger.sees(address, lambda: client.post(page, {"email": address, "password1": PASSWORD}))

    clients = {KNOWN: Client(), UNKNOWN: Client()}
    known, unknown = ask(clients[KNOWN], KNOWN), ask(clients[UNKNOWN], UNKNOWN)

    assert_alike(known, unknown)
    assert known.hashes == 1
    assert known.mails == 1


def test_every_page_after_sign_up(stranger, forget_limits) -> None:
    clients = {KNOWN: Client(), UNKNOWN: Client()}
    code_page = reverse("account_email_verification_sent")
    for address, client in clients.items():
        client.post(reverse("account_signup"), {"email": address, "password1": PASSWORD})

    def compare(ask: Callable[[Client], HttpResponse]) -> Seen:
        known = stranger.sees(KNOWN, lambda: ask(clients[KNOWN]))
        unknown = stranger.sees(UNKNOWN, lambda: ask(clients[UNKNOWN]))
        assert_alike(known, unknown)
        return known

    compare(lambda client: client.get(code_page))
    too_soon = compare(lambda client: client.post(code_page, {"action": "resend"}))
    assert too_soon.status == 429
    forget_limits()
    again = compare(lambda client: client.post(code_page, {"action": "resend"}))
    assert (again.status, again.mails) == (302, 1)
    compare(lambda client: client.post(code_page, {"action": "change", "email": "third@home.example"}))
    compare(lambda client: client.get(reverse("account_signup")))
    for _ in range(3):
        compare(lambda client: client.post(code_page, {"code": "AAAA-AAAA"}))
    compare(lambda client: client.get(code_page))


def test_sign_up_would_tell_without_the_extra_work(stranger, monkeypatch) -> None:
    """What the comparison above is good for: allauth alone hashes nothing for a known address."""
    monkeypatch.setattr(SignupForm, "_do_the_same_work_and_throw_it_away", lambda form, request: None)
    page = reverse("account_signup")

    seen = stranger.sees(KNOWN, lambda: Client().post(page, {"email": KNOWN, "password1": PASSWORD}))

    assert seen.hashes == 0


def test_sign_in_with_a_wrong_password(stranger, forget_limits) -> None:
    page = reverse("account_login")

    def ask(address: str) -> list[Seen]:
        forget_limits()
        client = Client()
        wrong = {"login": address, "password": "wrong one"}
        return [stranger.sees(address, lambda: client.post(page, wrong)) for _ in range(7)]

    ask("first@home.example")
    known, unknown = ask(KNOWN), ask(UNKNOWN)

    for one, other in zip(known, unknown, strict=True):
        assert_alike(one, other)
    assert [one.hashes for one in known] == [1, 1, 1, 1, 1, 0, 0]
    assert "The email address or password is not correct" in known[0].text
    assert "There were too many attempts" in known[-1].text


def test_forgotten_password(stranger) -> None:
    page = reverse("account_reset_password")
    Client().post(page, {"email": "first@home.example"})

    known = stranger.sees(KNOWN, lambda: Client().post(page, {"email": KNOWN}))
    unknown = stranger.sees(UNKNOWN, lambda: Client().post(page, {"email": UNKNOWN}))

    assert_alike(known, unknown)
    assert known.mails == 1


def test_change_of_address_to_somebody_elses(stranger, forget_limits) -> None:
    page = reverse("account_email")
    code_page = reverse("account_email_verification_sent")

    def ask(address: str) -> list[Seen]:
        client = Client()
        client.force_login(UserFactory())
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        seen = [stranger.sees(address, lambda: client.post(page, {"email": address, "action_add": ""}))]
        seen.append(stranger.sees(address, lambda: client.get(code_page)))
        seen.append(stranger.sees(address, lambda: client.post(code_page, {"code": "AAAA-AAAA"})))
        return seen

    warm = ask("first@home.example")
    for known, unknown in zip(ask(KNOWN), ask(UNKNOWN), strict=True):
        assert_alike(known, unknown)
    assert warm[0].mails == 1


def test_a_link_for_a_new_password_that_is_made_up(stranger) -> None:
    def ask(uid: str) -> tuple[int, str]:
        url = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": "made-up"})
        answer = Client().get(url)
        return answer.status_code, plain(answer, url)

    assert ask(user_pk_to_url_str(User.objects.get(email=KNOWN))) == ask("zzzz")


def test_the_owner_of_the_account_is_told_by_mail_alone(stranger, mailbox) -> None:
    Client().post(reverse("account_signup"), {"email": KNOWN, "password1": PASSWORD})

    [mail] = mailbox()
    assert (mail.to, mail.subject) == (KNOWN, "You already have a CARE badge account")
