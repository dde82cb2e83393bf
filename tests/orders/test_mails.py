"""A mail at each step, to those who may be written to, with the reference and a link."""

from __future__ import annotations

import pytest
from django.utils import timezone

from badgeportal.outbox.letters import Letter, registered, resolver_of
from badgeportal.outbox.rendering import render
from orders import mails
from orders.lifecycle import MOVES
from orders.models import Order
from tests.factories.user import UserFactory
from tests.journeys import placed_order

pytestmark = pytest.mark.django_db


def mail(key: str, order: Order):
    letter = resolver_of(key)([order.pk])[order.pk]
    return render(key, letter, reference="mail-1")


def test_every_move_with_a_mail_has_one_registered():
    assert (
        {move.mail for move in MOVES.values() if move.mail} | {"order_address_changed"}
        == set(mails.KEYS)
        <= registered()
    )


@pytest.mark.parametrize("key", mails.KEYS)
def test_each_mail_names_the_order_and_says_where_to_follow_it(key, settings):
    order = placed_order(UserFactory(name="Siân O’Neill"), organisation_name="Tŷ Gwyn & Sons")
    written = mail(key, order)
    assert written.to == order.account.email
    assert order.reference in written.subject
    assert "Hello Siân O’Neill," in written.body
    assert settings.PUBLIC_URL in written.body
    assert settings.CUSTOMER_SERVICE_PHONE in written.body
    if key != "order_cancelled":
        assert f"/orders/{order.reference}/" in written.body
    assert "{{" not in written.body
    assert "\n\n\n" not in written.body


@pytest.mark.parametrize("key", mails.KEYS)
def test_no_mail_repeats_the_address_phone_or_code(key):
    order = placed_order(quantity=40)
    written = mail(key, order)
    for personal in (order.recipient_name, order.address_line_1, order.postcode, "4960123"):
        assert personal not in written.body


@pytest.mark.promise("right-restriction")
@pytest.mark.parametrize("column", ["anonymised_at", "disabled_at", "restricted_at"])
def test_nobody_erased_disabled_or_restricted_is_written_to(column):
    order = placed_order()
    changes = {column: timezone.now()}
    if column != "restricted_at":
        changes |= {"disabled_at": timezone.now(), "is_active": False}
    if column == "anonymised_at":
        changes |= {"email": None, "name": "", "organisation": "", "phone": ""}
    type(order.account).objects.filter(pk=order.account.pk).update(**changes)
    assert resolver_of("order_verified")([order.pk]) == {}


def test_one_order_is_one_badge_in_words():
    assert "1 CARE badge." in mail("order_placed", placed_order(quantity=1)).body
    assert "2 CARE badges." in mail("order_placed", placed_order(quantity=2)).body


def test_a_later_app_adds_its_words(monkeypatch):
    monkeypatch.setattr(mails, "_EXTRA", {})
    mails.extra_context(
        "order_dispatched", lambda ids: {order_id: {"tracking_link": "https://dx.example/1"} for order_id in ids}
    )
    assert "https://dx.example/1" in mail("order_dispatched", placed_order()).body
    assert "https://dx.example/1" not in mail("order_delivered", placed_order()).body


def test_words_for_a_mail_that_no_move_sends_are_a_mistake():
    with pytest.raises(KeyError):
        mails.extra_context("order_lost", lambda ids: {})


def test_many_letters_take_two_statements(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(mails, "_EXTRA", {})
    ids = [placed_order().pk for _ in range(8)]
    # The orders, and whether any can be placed, which the mail speaks of.
    with django_assert_num_queries(2):
        letters = resolver_of("order_verified")(ids)
    assert len(letters) == 8
    assert all(isinstance(letter, Letter) for letter in letters.values())
