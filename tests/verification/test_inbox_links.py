"""The link to a listed inbox: who gets one, what it does, and that asking for it tells nothing."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sealing import unseal
from orders.cancelling import cancel_order
from orders.holding import hold_order
from orders.lifecycle import State, Who
from orders.models import Order, OrderEvent
from tests.verification.worlds import (
    FOUND,
    NOW,
    a_head_office,
    a_listing,
    assessed,
    cqc_order,
    later,
    manager,
    officer,
    open_check,
    waiting_check,
)
from verification.checking.deciding import approve_check
from verification.correcting import correct_ods_code
from verification.inbox_links import (
    AskedTooOften,
    LinkState,
    NoListingToAsk,
    ask_listed_inbox,
    confirm_from_inbox,
    digest_of,
    listing_to_ask,
    look_up,
)
from verification.models import ListedInboxLink

pytestmark = pytest.mark.django_db

INBOX = "office@lucerne.example"


def ask(order: Order, *, now: datetime = NOW) -> None:
    ask_listed_inbox(order=order, actor=Actor.user(order.account), now=now)


def sealed_mails() -> list[dict]:
    rows = OutboxMessage.objects.filter(template="listed_inbox_link").order_by("pk")
    return [unseal(row.sealed_payload) for row in rows]


def token_of(mail: dict) -> str:
    return re.search(r"/confirm-order/([^/]+)/", mail["context"]["link"])[1]


def order_that_does_not_match(**answers: object) -> Order:
    return assessed(cqc_order(**answers))


def asked() -> tuple[Order, str]:
    """An order whose listed inbox was asked, and the token in the mail."""
    a_listing(emails=(INBOX,))
    order = order_that_does_not_match()
    ask(order)
    return order, token_of(sealed_mails()[0])


def test_the_link_goes_to_the_listed_inbox_and_only_its_digest_is_kept() -> None:
    order, token = asked()

    mail = sealed_mails()[0]
    assert mail["to"] == INBOX
    assert mail["context"]["reference"] == order.reference
    link = ListedInboxLink.objects.get()
    assert (link.order, link.token_digest, link.sent_at) == (order, digest_of(token), NOW)
    assert link.expires_at == later(hours=72)
    assert len(token) >= 43
    row = OutboxMessage.objects.get(template="listed_inbox_link")
    assert INBOX.encode() not in bytes(row.sealed_payload)


def test_the_mail_tells_nothing_about_who_ordered() -> None:
    order, _ = asked()

    told = str(sealed_mails()[0]["context"])
    for secret in (order.account.email, order.account.name, order.recipient_name, order.postcode, order.address_line_1):
        assert secret not in told


def test_pressing_the_button_verifies_the_order_and_closes_its_check() -> None:
    order, token = asked()
    found = confirm_from_inbox(token=token, now=later(hours=1))

    assert found.state is LinkState.USABLE
    order.refresh_from_db()
    assert order.state == State.VERIFIED
    check = order.manual_checks.get()
    assert (check.closed_without_decision, check.decided_by) == ("confirmed_by_listed_inbox", None)
    event = OrderEvent.objects.get(order=order, kind="verify")
    assert (event.actor, event.reason) == ("system:listed-inbox-link", "listed_inbox")
    assert ListedInboxLink.objects.get().used_at == later(hours=1)


def test_pressing_twice_does_it_once() -> None:
    order, token = asked()
    confirm_from_inbox(token=token, now=later(hours=1))

    assert confirm_from_inbox(token=token, now=later(hours=2)).state is LinkState.USED
    assert OrderEvent.objects.filter(order=order, kind="verify").count() == 1


def test_looking_at_the_page_does_nothing() -> None:
    order, token = asked()

    assert look_up(token=token, now=later(hours=1)).state is LinkState.USABLE
    order.refresh_from_db()
    assert order.state == State.CHECKING
    assert ListedInboxLink.objects.get().used_at is None


@pytest.mark.parametrize("answers", [{"quantity": 1001}, {"postcode": "CF10 1AA"}])
def test_a_person_still_looks_at_what_a_person_always_sees(answers: dict) -> None:
    a_listing(emails=(INBOX,))
    order = order_that_does_not_match(**answers)
    ask(order)
    confirm_from_inbox(token=token_of(sealed_mails()[0]), now=later(hours=1))

    order.refresh_from_db()
    assert order.state == State.CHECKING
    assert open_check(order).is_open
    assert ListedInboxLink.objects.get().used_at == later(hours=1)


def test_asking_leaves_the_same_traces_with_and_without_an_inbox() -> None:
    for code, emails in (("VLLWV", (INBOX,)), ("VN6C2", ())):
        a_listing(code=code, emails=emails)
        order = order_that_does_not_match(account=manager(f"{code}@a.example"), ods_code=code)
        for hour in range(3):
            ask(order, now=later(hours=hour))
        with pytest.raises(AskedTooOften):
            ask(order, now=later(hours=4))
        assert ListedInboxLink.objects.filter(order=order).count() == 3
    assert len(sealed_mails()) == 3


def test_a_day_later_the_order_may_ask_again() -> None:
    a_listing(emails=(INBOX,))
    order = order_that_does_not_match()
    for hour in range(3):
        ask(order, now=later(hours=hour))
    ask(order, now=later(hours=25))

    assert len(sealed_mails()) == 4


def test_a_listing_is_not_flooded_by_many_orders() -> None:
    a_listing(emails=(INBOX,))
    for number in range(8):
        ask(order_that_does_not_match(account=manager(f"m{number}@a.example")))

    assert len(sealed_mails()) == 6
    assert ListedInboxLink.objects.count() == 8


@pytest.mark.parametrize(
    "why", ["code unknown", "denied", "two providers", "not cqc", "verified", "held", "restricted"]
)
def test_where_there_is_no_listing_to_ask(why: str) -> None:
    listing = a_listing(emails=(INBOX,))
    if why == "two providers":
        a_listing(emails=("other@else.example",))
    order = order_that_does_not_match(
        ods_code="VN6C2" if why == "code unknown" else "VLLWV", listing_denied=why == "denied"
    )
    if why == "not cqc":
        order = waiting_check().order
    if why == "verified":
        approve_check(check_id=open_check(order).pk, officer=officer(), evidence=FOUND, now=NOW)
    if why == "held":
        hold_order(order=order, actor=Actor.user(officer()), now=NOW)
    if why == "restricted":
        order.account.restricted_at = NOW
        order.account.save()

    with pytest.raises(NoListingToAsk):
        ask(order)
    assert not ListedInboxLink.objects.exists()
    assert not sealed_mails()
    assert listing.status == "active"


def test_the_confirmed_place_is_asked_where_two_share_a_code() -> None:
    a_listing(emails=("other@else.example",))
    mine = a_listing(emails=(INBOX,))
    order = order_that_does_not_match(location_id=mine.location_id, provider_id=mine.provider_id)
    ask(order)

    assert [mail["to"] for mail in sealed_mails()] == [INBOX]


def test_for_a_whole_provider_only_the_providers_own_inbox_is_asked() -> None:
    listing = a_listing(code="VAAAA", emails=("one-place@lucerne.example",))
    a_listing(code="VBBBB", provider_id=listing.provider_id)
    a_head_office(code="A1X2", provider_id=listing.provider_id, emails=("head@lucerne.example",))
    order = order_that_does_not_match(ods_code="A1X2", provider_id=listing.provider_id)
    ask(order)

    assert [mail["to"] for mail in sealed_mails()] == ["head@lucerne.example"]


def test_at_most_three_addresses_are_asked() -> None:
    a_listing(emails=tuple(f"{letter}@lucerne.example" for letter in "dcbae"))
    ask(order_that_does_not_match())

    assert [mail["to"][0] for mail in sealed_mails()] == ["a", "b", "c"]
    assert len({token_of(mail) for mail in sealed_mails()}) == 1


def test_an_expired_link_does_nothing() -> None:
    order, token = asked()

    assert confirm_from_inbox(token=token, now=later(hours=72)).state is LinkState.EXPIRED
    order.refresh_from_db()
    assert order.state == State.CHECKING


def test_a_link_for_a_listing_that_closed_since_does_nothing() -> None:
    order, token = asked()
    listing = ListedInboxLink.objects.get().listing
    listing.status, listing.closed_at = "closed", NOW
    listing.save()

    assert confirm_from_inbox(token=token, now=later(hours=1)).state is LinkState.EXPIRED
    order.refresh_from_db()
    assert order.state == State.CHECKING


def test_a_link_for_the_old_code_is_withdrawn() -> None:
    order, token = asked()
    correct_ods_code(order=order, ods_code="VN6C2", actor=Actor.user(order.account), now=later(minutes=30))

    assert confirm_from_inbox(token=token, now=later(hours=1)).state is LinkState.EXPIRED
    order.refresh_from_db()
    assert order.state == State.CHECKING


def test_a_link_for_a_cancelled_order_has_nothing_to_confirm() -> None:
    order, token = asked()
    cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=later(minutes=30))

    assert confirm_from_inbox(token=token, now=later(hours=1)).state is LinkState.ENDED
    order.refresh_from_db()
    assert order.state == State.CANCELLED


def test_a_link_for_a_held_order_waits() -> None:
    order, token = asked()
    hold_order(order=order, actor=Actor.user(officer()), now=later(minutes=30))

    assert confirm_from_inbox(token=token, now=later(hours=1)).state is LinkState.PAUSED
    assert ListedInboxLink.objects.get().used_at is None


def test_listing_to_ask_is_the_only_one_of_the_code() -> None:
    listing = a_listing(emails=(INBOX,))

    assert listing_to_ask(order_that_does_not_match()) == listing


def asked_now() -> tuple[Order, str]:
    a_listing(emails=(INBOX,))
    now = timezone.now()
    order = assessed(cqc_order(now=now), now=now)
    ask(order, now=now)
    return order, f"/confirm-order/{token_of(sealed_mails()[0])}/"


def test_it_shows_what_was_ordered_and_not_by_whom(client: Client) -> None:
    order, address = asked_now()
    page = client.get(address)

    text = page.content.decode()
    assert page.status_code == 200
    assert "Lucerne House" in text
    assert order.reference in text
    for secret in (order.account.email, order.account.name, order.recipient_name, order.postcode):
        assert secret not in text
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    order.refresh_from_db()
    assert order.state == State.CHECKING


def test_the_button_confirms_and_says_thank_you(client: Client) -> None:
    order, address = asked_now()
    page = client.post(address)

    assert "Thank you for confirming" in page.content.decode()
    order.refresh_from_db()
    assert order.state == State.VERIFIED
    assert "confirmed already" in client.get(address).content.decode()


@pytest.mark.parametrize(("state", "status"), [("unknown", 404), ("ended", 410)])
def test_other_states_have_pages_of_their_own(client: Client, state: str, status: int) -> None:
    order, address = asked_now()
    if state == "unknown":
        address = "/confirm-order/not-a-token/"
    else:
        cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=timezone.now())
    for page in (client.get(address), client.post(address)):
        assert page.status_code == status
        assert "<h1" in page.content.decode()
        assert order.reference not in page.content.decode()


def test_the_button_needs_the_pages_token() -> None:
    order, address = asked_now()

    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    order.refresh_from_db()
    assert order.state == State.CHECKING


@pytest.mark.parametrize(
    ("ods_code", "named"), [("A1X2", "Lucerne Group Limited"), ("VLLWV", "Lucerne House")], ids=["provider", "place"]
)
def test_the_mail_names_what_the_order_is_for(client: Client, ods_code: str, named: str) -> None:
    a_listing(emails=(INBOX,), provider_id="1-900", provider_name="Lucerne Group Limited")
    a_listing(code="VLLW2", provider_id="1-900", provider_name="Lucerne Group Limited", name="Lucerne Lodge")
    a_head_office(code="A1X2", provider_id="1-900", emails=("orders@lucerne.example",))
    ask(order_that_does_not_match(ods_code=ods_code, provider_id="1-900"), now=timezone.now())

    mail = sealed_mails()[0]
    assert mail["context"]["organisation"] == named
    assert named in client.get(f"/confirm-order/{token_of(mail)}/").content.decode()
