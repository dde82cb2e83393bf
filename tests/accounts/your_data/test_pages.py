"""The pages of “Your data” and those of staff beside them: each asks who is there, does its one thing once, and says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import DataRequest, User
from accounts.restricting import recipients_of
from accounts.rights.contact import Contact
from accounts.roles import CUSTOMER_SERVICE
from badgeportal.audit.models import AuditEvent
from badgeportal.inventory import Personal, collect
from badgeportal.outbox.models import OutboxMessage
from badgeportal.privacy import ledger
from badgeportal.privacy.held import what_is_held
from badgeportal.privacy.models import ErasureLedgerEntry, PendingErasure
from badgeportal.privacy.subject import DataSubject
from orders.lifecycle import State
from orders.models import Order
from tests.accounts.rights.steps import a_request
from tests.accounts.your_data.steps import a_while_passes, restricted, sign_in
from tests.factories.user import PASSWORD, StaffFactory, UserFactory
from tests.journeys import order_at, placed_order
from tests.verification.worlds import a_listing, an_import

pytestmark = pytest.mark.django_db
PAGES = [f"your_data_{name}" for name in ("copy", "correct", "limit", "object", "delete")]
LIMIT = {"ground": "accuracy", "words": ""}


@pytest.fixture
def person(client: Client) -> User:
    user = UserFactory()
    sign_in(client, user)
    return user


def states(user: User) -> list[tuple[str, str]]:
    return list(DataRequest.objects.filter(account=user).order_by("pk").values_list("kind", "state"))


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("name", PAGES)
def test_a_password_typed_long_ago_is_asked_for_again(client: Client, person: User, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200
    a_while_passes(client)
    for answer in (client.get(reverse(name)), client.post(reverse(name))):
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert states(person) == []


def test_whoever_is_asked_half_way_goes_on_with_what_they_typed(client: Client, person: User) -> None:
    a_while_passes(client)
    asked = client.post(reverse("your_data_correct"), {"words": "My name is Ann"})

    client.post(asked.headers["Location"], {"password": "wrong one here"})
    assert states(person) == []
    client.post(asked.headers["Location"], {"password": PASSWORD})

    assert DataRequest.objects.get().words == "My name is Ann"


def test_the_copy_is_a_request_that_was_met_at_once_and_once(client: Client, person: User, mailbox: Any) -> None:
    shown = client.post(reverse("your_data_copy"), {"as": "page"})
    file = client.post(reverse("your_data_copy"), {"as": "file"})

    assert person.email in text(shown)
    assert json.loads(file.content)["held"]["accounts.user"]["records"][0]["email"] == person.email
    assert "attachment" in file.headers["Content-Disposition"]
    assert states(person) == [("access", "met")]
    assert AuditEvent.objects.filter(kind="copy_of_personal_data_given").count() == 2
    assert len(mailbox()) == 1


def test_a_request_for_a_copy_that_waits_is_met_by_taking_it(client: Client, person: User) -> None:
    a_request(account=person, now=timezone.now())
    client.post(reverse("your_data_copy"), {"as": "file"})
    assert states(person) == [("access", "met")]


@pytest.mark.parametrize(
    ("name", "typed", "kind"),
    [
        ("your_data_correct", {"words": "My name is Ann"}, "rectification"),
        ("your_data_limit", LIMIT, "restriction"),
        ("your_data_object", {"words": "It is about me"}, "objection"),
    ],
)
def test_a_form_sent_twice_is_one_request(client: Client, person: User, name: str, typed: Any, kind: str) -> None:
    for _ in range(2):
        assert client.post(reverse(name), typed).headers["Location"] == reverse("your_data")
    assert states(person) == [(kind, "open")]
    request = DataRequest.objects.get()
    page = text(client.get(reverse("your_data")))
    assert request.reference in page
    assert "We answer by" in page


@pytest.mark.parametrize("name", PAGES[1:])
def test_what_is_missing_is_said_above_the_page(client: Client, person: User, name: str) -> None:
    answer = client.post(reverse(name), {})
    assert answer.status_code == 422
    assert "There is a problem" in text(answer)
    assert "<title>Error: " in text(answer)
    assert states(person) == []


@pytest.mark.parametrize("name", ["your_data_limit", "your_data_object"])
def test_use_stops_at_once_and_every_page_says_so(client: Client, person: User, name: str) -> None:
    order = placed_order(person)
    client.post(reverse(name), LIMIT | {"words": "It is about me"})

    for page in ("your_orders", "your_data", "your_details"):
        assert "The use of your data is limited." in text(client.get(reverse(page))), page
    shown = text(client.get(reverse("order_detail", args=[order.reference])))
    assert "Cancel this order" not in shown
    for page in ("order_cancel", "order_problem", "order_again"):
        answers = [getattr(client, how)(reverse(page, args=[order.reference])) for how in ("get", "post")]
        assert [answer.status_code for answer in answers] == [409, 409], page
        assert "Nothing was changed" in text(answers[0])
    assert client.get(reverse("order_cqc")).status_code == 409


def test_the_limit_is_ended_by_the_person(client: Client, person: User) -> None:
    client.post(reverse("your_data_limit"), LIMIT)
    client.post(reverse("your_data_use_again"))
    client.post(reverse("your_data_use_again"))
    person.refresh_from_db()
    assert not person.is_restricted
    assert states(person) == [("restriction", "withdrawn")]


def test_what_goes_and_what_stays_is_said_once_and_to_the_person(client: Client, person: User) -> None:
    placed_order(person)
    client.post(reverse("your_data_correct"), {"words": "My name is Ann"})
    page = " ".join(text(client.get(reverse("your_data_delete"))).split())

    assert "Your account</dt>" in page
    assert "Email address; full name" in page
    assert "your password, in a form that nobody can read" in page
    assert "Postcode" not in page.partition("Orders</dt>")[0]
    assert page.count("which the counts need") == 1
    assert "when you registered" in page
    # Not as the record of processing speaks of them.
    assert "the person" not in page.partition("What goes")[2]


def test_a_copy_speaks_to_the_person(client: Client, person: User) -> None:
    client.post(reverse("your_data_correct"), {"words": "My name is Ann"})
    shown = text(client.post(reverse("your_data_copy"), {"as": "page"}))

    for words in (
        "Your account",
        "When you registered",
        "What you asked for",
        "What happened to your requests",
        "Opened",
    ):
        assert words in shown, words
    assert "Event of a data request" not in shown


def test_deleting_signs_out_and_shows_a_receipt_without_identity(client: Client, person: User) -> None:
    order = placed_order(person)
    email = person.email or ""
    page = text(client.get(reverse("your_data_delete")))
    assert order.reference in page
    seen = client.get(reverse("your_data_delete")).context["form"].initial["seen"]

    done = client.post(reverse("your_data_delete"), {"open_orders": "cancel", "sure": "on", "seen": seen})

    assert done.headers["Location"] == reverse("your_data_deleted")
    receipt = text(client.get(reverse("your_data_deleted")))
    assert str(ErasureLedgerEntry.objects.get().pk) in receipt
    assert email not in receipt
    assert client.get(reverse("your_data")).status_code == 302
    person.refresh_from_db()
    order.refresh_from_db()
    assert (person.email, order.state) == (None, "cancelled")
    assert states(person) == [("erasure", "met")]


def test_whoever_lets_orders_finish_is_signed_out_and_erased_later(client: Client, person: User) -> None:
    order_at(State.DISPATCHED, person)
    seen = client.get(reverse("your_data_delete")).context["form"].initial["seen"]
    client.post(reverse("your_data_delete"), {"open_orders": "finish", "sure": "on", "seen": seen})
    assert "Your data will be deleted" in text(client.get(reverse("your_data_deleted")))
    assert PendingErasure.objects.get().account_id == person.pk
    assert states(person) == [("erasure", "open")]


def test_an_order_placed_in_another_tab_is_shown_before_anything_is_deleted(client: Client, person: User) -> None:
    seen = client.get(reverse("your_data_delete")).context["form"].initial["seen"]
    placed_order(person)
    client.post(reverse("your_data_delete"), {"open_orders": "cancel", "sure": "on", "seen": seen})
    person.refresh_from_db()
    assert person.email


def test_when_the_ledger_cannot_be_written_the_request_waits_for_staff(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(line: Any) -> None:
        raise ledger.LedgerUnreachable

    monkeypatch.setattr(ledger, "write", full)
    seen = client.get(reverse("your_data_delete")).context["form"].initial["seen"]
    client.post(reverse("your_data_delete"), {"sure": "on", "seen": seen})
    assert states(person) == [("erasure", "open")]
    assert client.get(reverse("your_data")).status_code == 200


def test_staff_ask_their_manager(client: Client) -> None:
    officer = StaffFactory()
    sign_in(client, officer)
    for name in PAGES[2:]:
        assert client.post(reverse(name), LIMIT | {"words": "x", "sure": "on"}).headers["Location"] == reverse(
            "your_data"
        )
    assert states(officer) == []


def test_the_privacy_notice_has_everything_that_the_inventory_has(client: Client) -> None:
    page = text(client.get(reverse("privacy")))
    declared = {
        one.what.replace("'", "&#x27;")
        for fields in collect().values()
        for one in fields.values()
        if isinstance(one, Personal)
    }
    assert {what for what in declared if what not in page} == set()
    assert f'href="{reverse("your_data")}"' in page
    assert "Complaints are acknowledged within 30 days." in page
    old = text(client.get("/privacy/2026-11-23/"))
    assert reverse("your_data") not in old.partition('id="main-content"')[2].partition("</main>")[0]


def test_how_long_things_are_kept_is_said_with_numbers() -> None:
    kept = [row.kept for group in what_is_held() for row in group.rows]
    assert any(f"{settings.DRAFT_DAYS} days" in text for text in kept)
    assert [text for text in kept if "_" in text] == []


# --- what staff do


@pytest.fixture
def service(client: Client) -> Client:
    client.force_login(StaffFactory(role=CUSTOMER_SERVICE))
    return client


def test_staff_limit_the_use_of_data_at_a_persons_word_and_end_it(service: Client) -> None:
    order = placed_order()
    user = order.account
    page = reverse("admin:accounts_user_limit", args=[user.pk])
    service.post(page, {"channel": "phone", "ground": "accuracy", "words": ""})

    user.refresh_from_db()
    assert user.is_restricted
    assert states(user) == [("restriction", "open")]
    for shown in (
        reverse("admin:accounts_user_change", args=[user.pk]),
        reverse("admin:orders_order_change", args=[order.pk]),
        reverse("admin:fulfilment_consignment_person", args=[user.pk]),
        reverse("admin:accounts_datarequest_change", args=[DataRequest.objects.get().pk]),
    ):
        assert "it is kept and not used" in text(service.get(shown)), shown
    refused = service.post(reverse("admin:orders_order_cancel", args=[order.pk]), {"reason": "duplicate"})
    assert (refused.status_code, "Nothing was changed" in text(refused)) == (409, True)
    service.post(reverse("admin:accounts_user_end_limit", args=[user.pk]))
    user.refresh_from_db()
    assert user.restriction_ends_on


def test_staff_limit_use_for_an_objection_and_note_that_dx_was_told(service: Client) -> None:
    asked = a_request(account=UserFactory(), kind="objection", now=timezone.now())
    service.post(reverse("admin:accounts_datarequest_limit", args=[asked.pk]))
    asked.refresh_from_db()
    assert User.objects.get(pk=asked.account_id).is_restricted
    assert recipients_of(DataSubject.of_account(asked.account_id or 0)) == set()
    assert asked.events.filter(kind="restrict").exists()


def test_staff_give_the_recipient_of_an_order_their_copy_and_no_more(service: Client) -> None:
    order = placed_order(recipient_name="Robin Receiver")
    asked = a_request(
        contact=Contact(name="Robin", email="robin@home.example"), subject=DataSubject.recipient_of([order.pk])
    )
    answer = service.post(reverse("admin:accounts_datarequest_copy", args=[asked.pk]))
    copy = answer.content.decode()
    assert "Robin Receiver" in copy
    assert json.loads(copy)["held"]["orders.order"]["records"][0]["recipient_name"] == "Robin Receiver"
    assert {name in copy for name in (order.account.email or "", order.account.name, order.organisation_name)} == {
        False
    }
    assert AuditEvent.objects.filter(kind="copy_of_personal_data_given").exists()


def test_staff_give_the_owner_of_a_listed_inbox_their_copy(service: Client) -> None:
    an_import()
    a_listing(emails=("office@lucerne.example",))
    asked = a_request(
        contact=Contact(email="office@lucerne.example"), subject=DataSubject.listed_inbox("office@lucerne.example")
    )
    copy = json.loads(service.post(reverse("admin:accounts_datarequest_copy", args=[asked.pk])).content)
    assert copy["held"]["verification.listedemail"]["records"] == [{"email": "office@lucerne.example"}]


def test_nobody_gets_a_copy_before_we_know_who_asks(service: Client) -> None:
    order: Order = placed_order()
    asked = a_request(
        contact=Contact(name="Robin", email="robin@home.example"), subject=DataSubject.recipient_of([order.pk]),
        identity_known=False,
    )  # fmt: skip
    answer = service.post(reverse("admin:accounts_datarequest_copy", args=[asked.pk]))
    assert answer.status_code == 302


def test_a_mail_is_not_sent_again_to_a_restricted_person(service: Client) -> None:
    order = placed_order()
    restricted(order.account)
    mail = OutboxMessage.objects.about(order).get()
    address = reverse("admin:fulfilment_consignment_resend", args=[order.account_id, mail.pk])
    assert service.post(address).status_code == 409
    assert OutboxMessage.objects.about(order).count() == 1
