"""The copy holds every word about the person and nothing of anybody else, in a number of queries that does not grow."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.your_data.asking import ask_to_correct
from badgeportal.actor import Actor
from badgeportal.audit.actions import record_personal_page_seen
from badgeportal.inventory import declarations
from badgeportal.privacy.exporting import Export, export
from badgeportal.privacy.subject import DataSubject
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import placed_order
from tests.privacy.people import Marked, marked_person

pytestmark = pytest.mark.django_db


def copy_of(person: Marked) -> Export:
    return export(DataSubject.of_account(person.account.pk), timezone.now())


def test_every_word_is_in_the_copy_and_nobody_elses() -> None:
    person, bystander = marked_person("Quixfellow"), marked_person("Zorblatt")
    ask_to_correct(user=person.account, words="Quixfellow is spelt with a Q", now=timezone.now())
    officer = StaffFactory(name="Olga Officer")
    record_personal_page_seen(
        actor=Actor.user(officer), subjects=[person.account], page="admin:user_page", now=timezone.now()
    )

    told = copy_of(person).as_json()
    held = json.loads(told)["held"]

    empty = []
    for label, rows in every_exported_row(person):
        shown = held.get(label, {"records": []})["records"]
        empty += [] if len(shown) == rows else [label]
    assert empty == []
    order = next(one for one in held["orders.order"]["records"] if one["reference"] == person.orders["sent"].reference)
    assert order["recipient_name"] == "Robin Quixfellow"
    label = next(one["frozen_lines"] for one in held["fulfilment.consignment"]["records"] if one["frozen_lines"])
    assert list(label)[:2] == ["name", "address1"]
    for words in ("Are you Quixfellow?", "I am Quixfellow", "Rang Quixfellow", "Quixfellow sounded right",
                  "Quixfellow got the wrong ones", "Dear Quixfellow", "Quixfellow is spelt", "Quixfellow/1.0",
                  "Quixfellow-78", "Quixfellow Homes"):  # fmt: skip
        assert words in told, words
    happened = json.loads(told)["happened"]
    assert {"order_events", "told_to_others", "emails", "seen_by_staff"} == happened.keys()
    assert happened["seen_by_staff"]["records"][0]["page"] == "User page"
    assert bystander.found_in(told) == 0
    assert "Olga" not in told
    assert identify_hasher(person.account.password).algorithm not in told


def every_exported_row(person: Marked) -> list[tuple[str, int]]:
    """(label, how many rows of the person) of each table with something to export, counted without the copy's help."""
    from badgeportal.privacy.finding import rows_of

    subject = DataSubject.of_account(person.account.pk)
    counted = []
    for label, declaration in declarations().items():
        rows = rows_of(label, subject)
        if rows is not None and any(one.exported for one in declaration.personal.values()):
            counted.append((label, rows.count()))
    return counted


def test_the_queries_do_not_grow_with_the_orders() -> None:
    counts = []
    for orders in (1, 6):
        user = UserFactory()
        for _ in range(orders):
            placed_order(user)
        with CaptureQueriesContext(connection) as queries:
            export(DataSubject.of_account(user.pk), timezone.now()).as_json()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_field_says_what_it_is_why_it_is_held_and_who_sees_it() -> None:
    user = UserFactory()
    placed_order(user)
    held = json.loads(export(DataSubject.of_account(user.pk), timezone.now()).as_json())["held"]
    explained = held["orders.order"]["fields"]["recipient_name"]
    assert explained == {
        "what": "Who receives the badges",
        "why": "Deliver the badges",
        "source": "Typed by the person who orders",
        "recipients": ["APS", "DX"],
        "kept": "Until the person is erased or the portal closes",
    }
