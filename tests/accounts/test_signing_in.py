"""Signing in, forgotten passwords, changing the address, and where people are led."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from tests.accounts.test_sign_up import code_in
from tests.factories.user import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client, user: User, password: str = PASSWORD, **extra: str):
    return client.post(reverse("account_login"), {"login": user.email, "password": password, **extra})


def link_in(text: str) -> str:
    found = re.search(r"http://localhost:8000(/account/password/reset/key/\S+)", text)
    assert found, text
    return found[1]


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (None, "your_orders"),
        (roles.CUSTOMER_SERVICE, "admin:index"),
        (roles.PORTAL_MANAGER, "admin:index"),
        (roles.DHSC_ANALYST, "reports"),
    ],
)
def test_everybody_is_led_to_their_own_work(client, role, where) -> None:
    user = StaffFactory(role=role) if role else UserFactory()

    assert sign_in(client, user).url == reverse(where)


def test_capitals_and_spaces_around_the_address_do_not_matter(client) -> None:
    user = UserFactory(email="ann@home.example")

    answer = client.post(reverse("account_login"), {"login": " Ann@Home.Example ", "password": PASSWORD})

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_session_ends_with_the_browser_and_after_a_working_day(client, settings) -> None:
    sign_in(client, UserFactory())

    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["sessionid"]["httponly"] is True
    assert client.session.get_expiry_age() <= 8 * 60 * 60


def test_an_address_that_is_not_confirmed_gets_a_code_first(client, mailbox) -> None:
    user = UserFactory(confirmed_address=False)

    answer = sign_in(client, user)
    assert "_auth_user_id" not in client.session
    client.post(answer.url, {"code": code_in(mailbox()[0].body)})

    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_forgotten_password_is_set_anew_by_a_link(client, mailbox) -> None:
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = link_in(mailbox()[0].body)

    page = client.get(link).url
    answer = client.post(page, {"password1": "entirely different words"})

    assert answer.url == reverse("account_reset_password_from_key_done")
    assert sign_in(client, user, "entirely different words").url == reverse("your_orders")
    assert mailbox()[0].subject == "Your CARE badge password has changed"
    client.logout()
    assert "set-password" not in client.get(link).headers.get("Location", "")


def test_links_in_mails_do_not_follow_what_a_browser_says_the_host_is(client, mailbox, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    user = UserFactory()

    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "evil.example"})

    assert "evil.example" not in mailbox()[0].body
    assert link_in(mailbox()[0].body)


def test_a_link_dies_when_the_address_changes(client, mailbox) -> None:
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = link_in(mailbox()[0].body)
    User.objects.filter(pk=user.pk).update(email="moved@home.example")

    assert client.get(link).status_code == 200


def test_the_address_changes_once_the_new_one_is_confirmed(client, mailbox) -> None:
    user = UserFactory(email="old@home.example")
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(reverse("account_email"), {"email": "new@home.example", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "old@home.example"

    [mail] = mailbox()
    assert mail.to == "new@home.example"
    answer = client.post(answer.url, {"code": code_in(mail.body)})

    assert answer.url == reverse("your_details")
    user.refresh_from_db()
    assert user.email == "new@home.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@home.example", True, True)]
    told = mailbox()[0]
    assert (told.to, told.subject) == ("old@home.example", "The email address of your CARE badge account has changed")
    assert "new@home.example" not in told.body
    assert AuditEvent.objects.get(kind="address_confirmed").subject_id == str(user.pk)


def test_the_address_of_somebody_else_cannot_be_taken(client, mailbox) -> None:
    other = UserFactory(email="other@home.example")
    user = UserFactory()
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(reverse("account_email"), {"email": other.email, "action_add": ""})

    answer = client.post(answer.url, {"code": code_in(mailbox()[0].body)})

    assert answer.context["form"].errors["code"] == ["This email address cannot be used. Use another one"]
    assert EmailAddress.objects.get(email=other.email).user_id == other.pk


def test_a_change_of_address_asks_for_the_password_again(client) -> None:
    client.force_login(UserFactory())

    answer = client.post(reverse("account_email"), {"email": "new@home.example", "action_add": ""})

    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_a_password_is_changed_and_its_owner_told(client, mailbox) -> None:
    user = UserFactory()
    sign_in(client, user)

    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "entirely different words"}
    )

    assert answer.url == reverse("your_details")
    assert mailbox()[0].subject == "Your CARE badge password has changed"
    user.refresh_from_db()
    assert user.check_password("entirely different words")


def test_who_is_shut_out_is_out_at_once_and_stays_out(client) -> None:
    from accounts.sign_in import disable_sign_in

    user = UserFactory()
    sign_in(client, user)
    assert client.get(reverse("your_details")).status_code == 200

    disable_sign_in(user_id=user.pk, actor=Actor.user(StaffFactory()), now=timezone.now())

    assert client.get(reverse("your_details")).status_code == 302
    assert sign_in(client, user).url == reverse("account_inactive")


@pytest.mark.promise("right-correction")
def test_details_are_changed_and_recorded_without_saying_what(client) -> None:
    user = UserFactory(name="Ann", organisation="", phone="")
    client.force_login(user)

    answer = client.post(
        reverse("your_details"), {"name": " Ann  Example ", "organisation": "Home", "phone": "0161 496 0123"}
    )

    assert answer.url == reverse("your_details")
    user.refresh_from_db()
    assert (user.name, user.organisation, user.phone) == ("Ann Example", "Home", "+441614960123")
    event = AuditEvent.objects.get(kind="details_changed")
    assert event.details == {"fields": ["name", "organisation", "phone"]}
    client.post(reverse("your_details"), {"name": "Ann Example", "organisation": "Home", "phone": "01614960123"})
    assert AuditEvent.objects.filter(kind="details_changed").count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Enter your full name"),
        ("name", "=HYPERLINK()", "Full name must start with a letter or a number, not with = + - @ or a tab"),
        ("organisation", "x" * 101, "Organisation must be 100 characters or fewer"),
        ("phone", "12", "Enter a phone number, like 01632 960 001 or 07700 900 982"),
    ],
)
def test_details_that_cannot_be_taken_are_said_in_plain_words(client, field, typed, says) -> None:
    client.force_login(UserFactory())

    answer = client.post(reverse("your_details"), {"name": "Ann", field: typed})

    assert answer.context["form"].errors[field] == [says]


def test_details_are_for_the_person_signed_in(client) -> None:
    assert client.get(reverse("your_details")).url.startswith(reverse("account_login"))
