"""The start page: who may order what, and the states in which nothing can be ordered but everything can be tracked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.portal import set_ordering
from badgeportal.actor import Actor
from orders.models import StockBalance
from tests.factories.user import UserFactory
from tests.journeys import stocked

MANAGER = Actor.system("test")


def page(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_with_stock_and_ordering_open_there_is_a_way_in(client: Client) -> None:
    stocked()
    html = page(client)
    assert "In stock" in html
    assert 'href="/order/"' in html.split("<main")[1]
    assert "Start now" in html


@pytest.mark.django_db
def test_without_stock_nothing_can_be_started_but_orders_can_be_tracked(client: Client) -> None:
    assert StockBalance.current().available == 0
    main = page(client).split("<main")[1]
    assert "Badges are out of stock" in main
    assert "Start now" not in main
    assert 'href="/orders/"' in main


@pytest.mark.django_db
def test_when_ordering_is_closed_nothing_can_be_started_but_orders_can_be_tracked(client: Client) -> None:
    stocked()
    set_ordering(open=False, closes_at=None, actor=MANAGER, now=timezone.now())
    main = page(client).split("<main")[1]
    assert "Ordering is closed" in main
    assert "Start now" not in main
    assert 'href="/orders/"' in main


@pytest.mark.django_db
def test_a_closing_date_is_told_beforehand_and_counts_when_it_has_come(client: Client) -> None:
    stocked()
    now = timezone.now()
    closes_at = now + timedelta(days=3)
    set_ordering(open=True, closes_at=closes_at, actor=MANAGER, now=now)
    html = page(client)
    assert "You can order until" in html
    assert timezone.localtime(closes_at).strftime("%-d %B %Y") in html
    set_ordering(open=True, closes_at=now + timedelta(microseconds=1), actor=MANAGER, now=now)
    assert "Ordering is closed" in page(client)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "registered with the Care Quality Commission (CQC)",
        "care providers that do not have to be registered with CQC",
        "personal assistants",
        "shared lives carers",
        "Unpaid carers, such as people who look after a relative or friend, cannot order them.",
        "Order 1 badge for each person you employ now.",
        "1 person orders for the whole organisation.",
        "your Organisation Data Service (ODS) code",
        "order more than 25 badges",
        'alt="A CARE badge',
    ],
)
def test_it_says_who_may_order_how_many_and_what_to_have_at_hand(client: Client, words: str) -> None:
    assert words in page(client)


@pytest.mark.django_db
def test_the_way_to_sign_in_gives_way_to_the_way_out(client: Client) -> None:
    navigation = page(client).split("<main")[0]
    assert "Sign in" in navigation
    client.force_login(UserFactory())
    navigation = page(client).split("<main")[0]
    assert "Sign in" not in navigation
    assert "Your details" in navigation
    assert '<form method="post" action="/account/logout/">' in navigation
    assert "Staff pages" not in navigation


@pytest.mark.django_db
def test_the_page_one_is_on_is_marked_in_the_menu(client: Client) -> None:
    assert 'href="/" aria-current="page"' in page(client)
    assert 'href="/account/login/" aria-current="page"' in client.get("/account/login/").content.decode()
