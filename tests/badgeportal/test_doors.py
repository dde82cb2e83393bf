"""Every door of ours is counted, by account or by address, and says when it was tried too often."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from badgeportal.doors import DOORS, Door
from tests.factories.user import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, door in DOORS.items():
        monkeypatch.setitem(DOORS, name, Door(2, door.post_only, door.by_account))


def signed_in(**given: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(**given))
    return client


PATHS = {
    "order_ods_code": "/order/ods-code/",
    "order_your_organisation": "/order/your-organisation/",
    "order_check": "/order/check/",
    "order_again": "/orders/CARE-2222-2222/again/",
    "order_cancel": "/orders/CARE-2222-2222/cancel/",
    "order_address": "/orders/CARE-2222-2222/address/",
    "order_problem": "/orders/CARE-2222-2222/problem/",
    "answer_question": "/orders/CARE-2222-2222/answer/",
    "your_details": "/your-details/",
    "admin:fulfilment_consignment_find": "/admin/fulfilment/consignment/find/",
    "correct_ods_code": "/orders/CARE-2222-2222/ods-code/",
    "send_listed_inbox_link": "/orders/CARE-2222-2222/listed-inbox/",
    "confirm_from_listed_inbox": "/confirm-order/token/",
    "contact": "/contact/",
    "snapshot_file": "/reports/snapshots/2026-11-16/v1/workbook.xlsx",
    "your_data_copy": "/your-data/copy/",
    "your_data_correct": "/your-data/correct/",
    "your_data_limit": "/your-data/limit/",
    "your_data_use_again": "/your-data/use-again/",
    "your_data_object": "/your-data/object/",
    "your_data_delete": "/your-data/delete/",
}


def test_every_door_is_a_page() -> None:
    assert set(PATHS) == set(DOORS)
    assert {name: get_resolver().resolve(path).view_name for name, path in PATHS.items()} == {n: n for n in PATHS}


@pytest.mark.parametrize("name", sorted(DOORS))
def test_a_door_tried_too_often_says_so(name: str, narrow: None) -> None:
    client = signed_in()
    answers = [client.post(PATHS[name]) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert answers[2]["Retry-After"] == "60"
    assert "You have tried too often" in answers[2].content.decode()


def test_one_persons_tries_are_not_anothers(narrow: None) -> None:
    first, second = signed_in(), signed_in()
    assert [first.post("/order/check/").status_code for _ in range(3)][-1] == 429
    assert second.post("/order/check/").status_code != 429


def test_visitors_are_told_apart_by_address_and_a_network_of_ipv6_counts_as_one(narrow: None) -> None:
    def asked(address: str) -> int:
        return Client(REMOTE_ADDR=address).get("/contact/").status_code

    assert [asked("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert asked("192.0.2.2") == 200
    assert [asked(f"2001:db8::{n}") for n in (1, 2, 3)] == [200, 200, 429]


def test_looking_at_a_page_that_only_counts_posts_is_free(narrow: None) -> None:
    client = signed_in()
    assert 429 not in [client.get("/order/check/").status_code for _ in range(4)]


def test_the_doors_stay_open_while_redis_is_away(narrow: None, settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    client = Client()
    assert [client.get("/contact/").status_code for _ in range(4)] == [200] * 4


def test_the_factor_widens_every_door(narrow: None, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 2
    assert [Client().get("/contact/").status_code for _ in range(5)] == [200] * 4 + [429]
