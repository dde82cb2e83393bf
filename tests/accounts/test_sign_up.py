"""Registering by email: the code arrives by mail, and the pages work with nothing else."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import send_pending
from tests.factories.user import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "ann@new-home.example"


def sign_up(client, email: str = NEW, password: str = PASSWORD, **extra: str):
    return client.post(reverse("account_signup"), {"email": email, "password1": password, **extra})


def code_in(text: str) -> str:
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", text, re.MULTILINE)
    assert found, text
    return found[1]


@pytest.mark.promise("registered-users", "user-name")
def test_a_person_registers_and_is_signed_in(client, mailbox) -> None:
    answer = sign_up(client, f" {NEW.upper()} ")
    assert answer.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session

    [mail] = mailbox()
    assert mail.to == NEW
    code = code_in(mail.body)
    assert code not in mail.subject
    answer = client.post(answer.url, {"code": code})

    assert answer.url == reverse("your_orders")
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.email, user.is_staff) == (NEW, False)
    assert EmailAddress.objects.get(user=user, verified=True, primary=True).email == NEW
    assert AuditEvent.objects.get(kind="address_confirmed").actor == f"user:{user.pk}"


def test_where_the_person_came_from_is_where_they_go(client, mailbox) -> None:
    client.get(reverse("account_signup"), {"next": "/order/"})
    answer = sign_up(client, next="/order/")
    answer = client.post(answer.url, {"code": code_in(mailbox()[0].body)})

    assert answer.url == "/order/"


def test_nothing_leaves_while_the_page_is_answered(client) -> None:
    sign_up(client)

    message = OutboxMessage.objects.get()
    assert (message.template, message.state) == ("account_confirm_sign_up", "queued")
    assert send_pending(now=timezone.now())["sent"] == 1


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "Password must be 10 characters or more"),
        ("password123", "Choose a password that is harder to guess"),
        ("ann@new-home.example", "Password must not be like your email address"),
        ("", "Enter a password"),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(client, password: str, says: str) -> None:
    answer = sign_up(client, password=password)

    assert says in answer.context["form"].errors["password1"]
    assert not User.objects.exists()


@pytest.mark.parametrize("email", ["", "ann", "ann@", "ann@home"])
def test_what_is_no_address_is_refused(client, email: str) -> None:
    answer = sign_up(client, email)

    expected = (
        "Enter your email address"
        if not email
        else "Enter an email address in the correct format, like name@example.com"
    )
    assert answer.context["form"].errors["email"] == [expected]
    assert not User.objects.exists()


def test_a_second_click_makes_no_second_account(client) -> None:
    first, second = sign_up(client), sign_up(client)

    assert first.url == second.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_two_at_the_same_moment_make_one_account(client, monkeypatch) -> None:
    """The address is taken between the look and the save."""
    from accounts.forms import SignupForm

    validate = SignupForm.validate_unique_email

    def taken_right_after_the_look(form, value: str) -> str:
        email = validate(form, value)
        UserFactory(email=NEW)
        return email

    monkeypatch.setattr(SignupForm, "validate_unique_email", taken_right_after_the_look)
    answer = sign_up(client)

    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.filter(email=NEW).count() == 1
    assert OutboxMessage.objects.get().template == "account_already_exists"


def test_three_wrong_codes_end_it(client) -> None:
    page = sign_up(client).url
    answers = [client.post(page, {"code": "AAA-AAA"}) for _ in range(3)]

    assert answers[0].context["form"].errors["code"] == ["The code is not correct. Check the newest email we sent you"]
    assert answers[2].url == reverse("account_login")
    assert client.get(page).url == reverse("account_login")


def test_a_new_code_can_be_asked_for(client, mailbox, forget_limits) -> None:
    page = sign_up(client).url
    forget_limits()
    client.post(page, {"action": "resend"})
    codes = [code_in(mail.body) for mail in mailbox()]

    assert len(set(codes)) == 2
    assert client.post(page, {"code": codes[0]}).status_code == 302
    assert "_auth_user_id" in client.session


def test_nobody_registers_while_ordering_is_closed(client) -> None:
    from accounts.portal import set_ordering
    from badgeportal.actor import Actor

    set_ordering(open=False, closes_at=None, actor=Actor.user(UserFactory()), now=timezone.now())
    answer = sign_up(client)

    assert answer.status_code == 200
    assert not User.objects.filter(email=NEW).exists()
    assert not OutboxMessage.objects.exists()


def test_too_many_from_one_place_are_held_back(client) -> None:
    statuses = [sign_up(client, f"p{n}@home.example", "short").status_code for n in range(25)]

    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_what_passes_through_a_session_is_not_in_clear(client) -> None:
    from django.contrib.sessions.models import Session

    sign_up(client)
    row = Session.objects.get().session_data
    code = client.session["account_email_verification_code"]["code"]

    assert NEW not in row
    assert code not in row
    assert row.startswith("gAAAA")
