"""What everyone may read: the privacy notice and its versions, cookies, accessibility, contact."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.factories.user import PASSWORD, UserFactory

# The brief's notice, sentence by sentence, and where the notice in force keeps its promise.
PROMISES = {
    "controller": "DHSC is the data controller",
    "processor": "APS is the data processor: it acts on DHSC’s instructions.",
    "account": "with the email address you make an account with a password, to track your orders",
    "delivery address": "the name and address the badges go to",
    "quantity": "how many badges you need",
    "CQC check": "we compare your email address and your ODS code with those of its CQC listing",
    "manual check": "APS checks that the postal address and the phone number belong to an adult social care organisation",
    "internet research": "by hand, with what organisations publish on the internet",
    "purposes": "We use your data to send you the badges you order, and to check that orders come from social care providers.",
    "management information": "DHSC receives anonymised management information",
    "legal basis": "Article 6(1)(e)",
    "recipients": "only when that is necessary to fulfil your order",
    "courier": "The courier DX is told the name and address the badges go to, and nothing else about you",
    "storage": "As standard, we do not transfer it outside the EEA.",
    "retention": "This website is open for as long as badges are available. We keep your data only for that time",
    "closing": "all accounts are disabled and anonymised, and all email addresses are removed from them",
    "email databases": "all databases of email addresses are deleted",
    "at any time": "You can ask us to disable and anonymise your account at any time.",
    "security": "encrypted (HTTPS)",
    "certificates": "Cyber Essentials Plus and ISO/IEC certificates",
    "copy": "give you a copy of any information about you that is used",
    "correct": "correct information about you that you think is inaccurate",
    "limit": "limit how your information is used",
    "object": "stop using your information – this right is not absolute",
    "delete": "delete your information – this right is not absolute",
    "complaints": "data_protection@dhsc.gov.uk",
    "officer": "39 Victoria Street London SW1H 0EU",
    "ICO": "Wycliffe House Water Lane Wilmslow Cheshire SK9 5AF",
    "decisions": "Only a person may refuse an order.",
    "review": "We keep the notice under regular review.",
    "date": "last updated on 26 November 2026",
}


def text(client: Client, path: str) -> str:
    """The words of the page at `path`, without its markup."""
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.mark.promise("controller", "public-task", "certificates", "ico-address", "last-updated")
@pytest.mark.django_db
@pytest.mark.parametrize("promise", PROMISES)
def test_the_privacy_notice_keeps_what_the_policy_promised(client: Client, promise: str) -> None:
    assert PROMISES[promise] in text(client, reverse("privacy"))


@pytest.mark.promise("eea")
@pytest.mark.django_db
def test_the_notice_says_where_data_is_stored_as_the_setting_does(client: Client, settings: Any) -> None:
    settings.STORAGE_REGION = "UK adequacy"
    words = text(client, reverse("privacy"))
    assert "a country that UK law accepts as protecting personal data adequately" in words
    assert "EEA" not in words


@pytest.mark.django_db
def test_the_notice_names_the_times_and_numbers_of_the_settings(client: Client, settings: Any) -> None:
    settings.MANUAL_CHECK_THRESHOLD, settings.DRAFT_DAYS, settings.UNCONFIRMED_ACCOUNT_DAYS = 41, 42, 43
    words = text(client, reverse("privacy"))
    assert "orders more than 41 badges" in words
    assert "deleted after 42 days" in words
    assert "deleted after 43 days" in words


@pytest.mark.promise("review")
@pytest.mark.django_db
def test_earlier_versions_are_kept_and_lead_to_the_one_in_force(client: Client) -> None:
    assert 'href="/privacy/2020-12-11/"' in client.get(reverse("privacy")).content.decode()
    old = text(client, "/privacy/2020-12-11/")
    assert "This notice is no longer in force." in old
    assert (
        "The Department of Health and Social Care are the data controller and APS the data processor acting under our"
        in old
    )
    assert "(e) processing is necessary for the performance of a task carried out in the public interest" in old
    assert "As standard we do not transfer your personal data outside the European Economic Area (EEA)." in old
    assert "last updated on 11/12/2020" in old
    assert 'href="/privacy/"' in client.get("/privacy/2020-12-11/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/privacy/2021-01-01/", "/privacy/2020-13-45/", "/privacy/latest/"])
def test_a_version_that_never_was_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.promise("review")
@pytest.mark.django_db
def test_the_version_in_force_has_an_address_of_its_own_that_lasts(client: Client) -> None:
    assert "Who is responsible for your data" in text(client, "/privacy/2026-11-23/")


@pytest.mark.django_db
def test_the_cookies_page_lists_every_cookie_that_is_set_and_no_other(client: Client) -> None:
    user = UserFactory()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.get(reverse("your_details"))
    client.post(reverse("your_details"), {"name": "Someone else"})
    client.get(reverse("your_details"))
    page = client.get(reverse("cookies"))
    assert set(client.cookies) == {row["name"] for row in page.context["cookies"]}
    for name in client.cookies:
        assert f">{name}</th>" in page.content.decode()


@pytest.mark.django_db
def test_the_cookies_page_tells_how_long_they_last(client: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_AGE = 3 * 60 * 60
    words = text(client, reverse("cookies"))
    assert "After 3 hours" in words
    assert "After 52 weeks" in words


@pytest.mark.django_db
def test_a_page_that_is_only_read_sets_no_cookie(client: Client) -> None:
    for name in ("start", "privacy", "cookies", "accessibility", "contact"):
        assert not client.get(reverse(name)).cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "heading",
    [
        "How accessible this website is",
        "Feedback and contact information",
        "Enforcement procedure",
        "Technical information about this website’s accessibility",
        "Compliance status",
        "Non-accessible content",
        "Disproportionate burden",
        "What we are doing to improve accessibility",
        "Preparation of this accessibility statement",
    ],
)
def test_the_accessibility_statement_has_the_headings_of_the_model(client: Client, heading: str) -> None:
    assert f">{heading}</h" in client.get(reverse("accessibility")).content.decode()


@pytest.mark.django_db
def test_the_accessibility_statement_admits_the_exception_that_the_tests_make(client: Client) -> None:
    words = text(client, reverse("accessibility"))
    assert "partially compliant" in words
    assert "issue 979 of govuk-frontend" in words
    assert "aria-expanded" in words


@pytest.mark.promise("complaints", "ico")
@pytest.mark.django_db
def test_contact_shows_customer_service_from_the_settings_and_both_complaint_routes(
    client: Client, settings: Any
) -> None:
    settings.CUSTOMER_SERVICE_PHONE = "0161 496 0999"
    settings.CUSTOMER_SERVICE_EMAIL = "help@badges.example"
    settings.CUSTOMER_SERVICE_HOURS = "Weekdays"
    words = text(client, reverse("contact"))
    for part in (
        "0161 496 0999",
        "help@badges.example",
        "Weekdays",
        "data_protection@dhsc.gov.uk",
        "SW1H 0EU",
        "SK9 5AF",
    ):
        assert part in words
