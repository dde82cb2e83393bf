"""What staff search for is in no address: a person's email would stand in browser histories and other people's logs."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import roles
from badgeportal.admin_search import KEPT, MOST_CHARACTERS, TYPED
from tests.factories.user import StaffFactory, UserFactory
from tests.searching import search_list

pytestmark = pytest.mark.django_db
PEOPLE = reverse("admin:accounts_user_changelist")
WORDS = "marked.person"


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(StaffFactory(role=roles.CUSTOMER_SERVICE))
    return client


def people(count: int) -> None:
    for number in range(count):
        UserFactory(email=f"{WORDS}{number}@home.example")


def addresses_in(html: str) -> list[str]:
    return re.findall(r'(?:href|action|src)="([^"]*)"', html)


def addresses_walked(answer: Any) -> list[str]:
    return [address for address, _ in answer.redirect_chain]


def test_a_search_leads_to_an_address_that_says_nothing(desk: Client) -> None:
    people(1)
    answer = search_list(desk, PEOPLE, f"{WORDS}0@home.example")

    assert [person.email for person in answer.context["cl"].result_list] == [f"{WORDS}0@home.example"]
    [address] = addresses_walked(answer)
    [handle] = parse_qs(urlsplit(address).query)["q"]
    assert WORDS not in address
    assert len(handle) == 8


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=lambda model: model._meta.label_lower)
def test_no_list_has_a_form_or_a_link_that_carries_the_words(model: Any) -> None:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    shown = search_list(client, address, WORDS).content.decode()

    assert 'method="get"' not in shown
    assert [link for link in addresses_in(shown) if WORDS in link] == []
    if admin.site._registry[model].search_fields:
        assert f'name="{TYPED}" value="{WORDS}"' in shown


def test_pages_order_and_filters_keep_the_search_without_telling_it(desk: Client) -> None:
    people(60)
    UserFactory(email="other@home.example")
    first = search_list(desk, f"{PEOPLE}?o=1", WORDS)
    links = [link.replace("&amp;", "&") for link in addresses_in(first.content.decode()) if link.startswith("?")]
    [second] = [link for link in links if parse_qs(link[1:]).get("p") == ["2"]][:1]

    assert first.context["cl"].result_count == 60
    assert parse_qs(second[1:])["o"] == ["1"]
    assert len(desk.get(PEOPLE + second).context["cl"].result_list) == 10
    assert [link for link in links if WORDS in link] == []


def test_the_page_of_a_record_leads_back_to_the_search(desk: Client) -> None:
    people(2)
    page = search_list(desk, PEOPLE, f"{WORDS}1")
    [to_record] = re.findall(r'href="(/admin/accounts/user/\d+/change/[^"]*)"', page.content.decode())

    record = desk.get(to_record.replace("&amp;", "&")).content.decode()

    assert "_changelist_filters" in to_record
    assert [link for link in addresses_in(record) if WORDS in link] == []


def test_a_new_search_begins_on_the_first_page_and_an_empty_one_shows_all(desk: Client) -> None:
    people(60)
    again = search_list(desk, f"{PEOPLE}?p=2", f"{WORDS}7@")
    assert [person.email for person in again.context["cl"].result_list] == [f"{WORDS}7@home.example"]
    assert addresses_walked(search_list(desk, addresses_walked(again)[0], "  ")) == [PEOPLE]


def test_a_search_of_another_person_is_nobody_elses(desk: Client) -> None:
    people(1)
    [address] = addresses_walked(search_list(desk, PEOPLE, WORDS))
    other = Client()
    other.force_login(StaffFactory(role=roles.CUSTOMER_SERVICE))

    answer = other.get(address, follow=True)

    assert addresses_walked(answer) == [PEOPLE]
    assert "That search has ended" in answer.content.decode()
    assert WORDS not in re.search(r"<input[^>]*searchbar[^>]*>", answer.content.decode()).group()  # type: ignore[union-attr]


def test_words_put_into_an_address_by_hand_are_not_searched_for(desk: Client) -> None:
    people(1)
    answer = desk.get(PEOPLE, {"q": WORDS, "o": "1"}, follow=True)
    assert addresses_walked(answer) == [f"{PEOPLE}?o=1"]
    assert "That search has ended" in answer.content.decode()


def test_the_words_are_kept_encrypted_and_only_the_last_of_them(desk: Client) -> None:
    [first] = addresses_walked(search_list(desk, PEOPLE, WORDS))
    assert all(WORDS not in row.session_data for row in Session.objects.all())
    for number in range(KEPT):
        search_list(desk, PEOPLE, f"other {number}")
    assert addresses_walked(desk.get(first, follow=True)) == [PEOPLE]


@pytest.mark.parametrize("typed", ["x" * (MOST_CHARACTERS + 1), "a\0b"])
def test_what_nobody_types_is_refused(desk: Client, typed: str) -> None:
    assert desk.post(PEOPLE, {TYPED: typed}).status_code == 400


def test_whoever_may_not_see_a_list_searches_nothing(desk: Client) -> None:
    desk.force_login(StaffFactory(role=roles.VERIFICATION_OFFICER))
    assert desk.post(PEOPLE, {TYPED: WORDS}).status_code == 403
    assert "admin_searches" not in desk.session


def test_djangos_own_completion_is_shut(desk: Client) -> None:
    people(1)
    asked = {"app_label": "orders", "model_name": "order", "field_name": "account", "term": WORDS}
    assert desk.get(reverse("admin:autocomplete"), asked).status_code == 404
