"""An analyst of DHSC, signed in with their second step, at every address there is.

They open the reports, what everybody may read, and pages about their own account; no staff page, and nothing about anybody else.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import roles
from accounts.models import User
from orders.models import Order
from reports.models import ChartPicture
from tests.accounts.test_signing_in import sign_in
from tests.factories.user import PASSWORD, StaffFactory
from tests.house.test_doors import (
    PUBLIC,
    SITE,
    address,
    is_shut,
    one_of_each,
    pages_of_records,
    patterns_of,
)
from tests.reports.downloads.worlds import a_published_snapshot
from verification.models import ListedEmail, Listing

pytestmark = pytest.mark.django_db

# Below /reports/.
REPORTS = {"reports", "snapshots", "snapshot", "snapshot_file", "chart_picture"}
# About the account of whoever is signed in, and what they themselves ordered.
OWN = {
    *("your_orders", "your_details", "your_data", "order_cqc"),
    *("your_data_copy", "your_data_correct"),
    *("account_change_password", "account_email", "account_reauthenticate", "usersessions_list"),
    *("mfa_index", "mfa_reauthenticate", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_deactivate_totp"),
    "mfa_generate_recovery_codes",
}
# Pages of the staff site about no record.
STAFF_SITE = SITE - {"login", "logout", "view_on_site", "app_list"}
# A week of its own: another test record is a snapshot of the week after it.
PUBLISHED = date(2026, 11, 9)
# What is there on a machine of one's own alone, where no mail leaves.
OWN_MACHINE = {"local_mail", "local_mail_one"}


@pytest.fixture
def records() -> dict[str, Any]:
    """People with orders, checks, parcels, requests and complaints, and published figures."""
    a_published_snapshot(PUBLISHED)
    ChartPicture.objects.create(digest="drawn", svg="<svg/>", drawn_at=timezone.now())
    return one_of_each()


@pytest.fixture
def analyst(client: Client, settings: Any, records: dict[str, Any]) -> User:
    """Signed in by password and by the code of their app."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    user = StaffFactory(role=roles.DHSC_ANALYST, name="Dana Reader", email="dana.reader@dhsc.example")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    sign_in(client, user)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_authenticate"), {"code": code}).headers["Location"] == reverse("reports")
    # And once more, as pages about the account itself ask.
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return user


def opened(client: Client, records: dict[str, Any]) -> dict[str, HttpResponse]:
    """Every page outside the staff site that answers, by the name of its address; orders in addresses are somebody else's."""
    values = {
        "reference": Order.objects.get(pk=records["orders_order"]).reference,
        "token": "x",
        "day": date(2020, 12, 11),
        "week": PUBLISHED,
        "version": 1,
        "file": "week.csv",
        "digest": "drawn",
        "pk": 1,
        "name": "mail-1",
        "uidb36": "1",
        "key": "set-password",
    }
    found = {}
    for name in sorted(patterns_of(get_resolver()).keys() - OWN_MACHINE):
        keys = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        answer = client.get(reverse(name, kwargs={key: values[key] for key in keys}))
        if answer.status_code == 200:
            found[name] = answer
    return found


def of_others(analyst: User) -> set[str]:
    """What the database holds about everybody else: names, addresses, references and codes, as they are typed."""
    people = User.objects.exclude(pk=analyst.pk).values_list("email", "name", "organisation", "phone")
    ordered = Order.objects.values_list("recipient_name", "address_line_1", "phone", "reference", "organisation_name")
    listed = [*ListedEmail.objects.values_list("email"), *Listing.objects.values_list("name")]
    told = {str(value) for row in (*people, *ordered, *listed) for value in row if value}
    return {text for text in told if len(text) > 4}


def test_the_reports_and_their_own_account_are_all_they_open(
    client: Client, analyst: User, records: dict[str, Any]
) -> None:
    pages = opened(client, records)
    texts = {name: page.content.decode() for name, page in pages.items()}
    secrets = of_others(analyst)

    assert set(pages) - PUBLIC == REPORTS | OWN
    assert len(secrets) > 30
    assert {name: told for name, text in texts.items() if (told := {one for one in secrets if one in text})} == {}


def test_no_page_of_the_staff_site_opens_whatever_they_send(
    client: Client, analyst: User, records: dict[str, Any]
) -> None:
    addresses = {name: address(name, pattern, records) for name, pattern in pages_of_records().items()}
    addresses |= {name: reverse(f"admin:{name}") for name in STAFF_SITE}
    addresses["state"] = reverse("state")
    let_in = {
        name
        for name, url in addresses.items()
        for answer in (client.get(url), client.post(url, {"post": "yes"}))
        if answer.status_code != 405 and not is_shut(answer)
    }
    assert let_in == set()


def test_data_of_others_would_be_found_on_a_page(client: Client, analyst: User, records: dict[str, Any]) -> None:
    client.force_login(User.objects.get(pk=records["accounts_user"]))
    shown = client.get(reverse("your_details")).content.decode()
    assert any(one in shown for one in of_others(analyst))
